import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pack, packAll } from './registry-packages.mjs';

/** Where the fixture packages lie. */
const fixturePackages = join(import.meta.dirname, '..', '..', 'fixtures', 'packages');

/**
 * A package registry on 127.0.0.1 that serves the packages of `folder` as an npm registry does: packuments, versions,
 * dist-tags, tarballs, ETags. `env` holds the npm settings that point at it, for the environment of a throw-away home.
 * With `token`, every request must carry it (and `env` does not: a test gives it to npm's configuration itself).
 * `requests` records what was asked; `lie` replaces the lie about a package; `honest` ends all lies.
 */
export async function startRegistry({ folder = fixturePackages, token } = {}) {
  const packages = packAll(folder);
  const lies = new Map();
  const documents = new Map();
  const requests = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push({ method: request.method ?? '', path, authorization: request.headers.authorization });
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return json(request, response, 401, { error: 'login' });
    if (path === '/-/ping') return json(request, response, 200, {});
    const document = documents.get(path);
    if (document !== undefined) return document(response);
    const tarball = /^\/((?:@[^/]+\/)?[^/]+)\/-\/[^/]+-(\d[^/]*)\.tgz$/.exec(path);
    if (tarball !== null) return sendTarball(request, response, tarball[1], tarball[2]);
    const [, name, version] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    return sendRecord(request, response, name, version);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const url = `http://127.0.0.1:${server.address().port}/`;

  function sendRecord(request, response, name, version) {
    const entry = packages.get(name);
    const lie = lies.get(name);
    if (lie?.answer?.('packument', response)) return;
    if (entry === undefined) return json(request, response, 404, { error: 'not found' });
    const honest = packument(name, entry, url);
    const record = lie?.packument === undefined ? honest : lie.packument(structuredClone(honest));
    if (version === undefined) return json(request, response, 200, record);
    const found = record.versions[record['dist-tags'][version] ?? version];
    return found === undefined ? json(request, response, 404, { error: 'version not found' }) : json(request, response, 200, found);
  }

  function sendTarball(request, response, name, version) {
    const published = packages.get(name)?.versions.get(version);
    const lie = lies.get(name);
    if (lie?.answer?.('tarball', response)) return;
    if (published === undefined) return json(request, response, 404, { error: 'not found' });
    const bytes = lie?.tarball === undefined ? published.bytes : lie.tarball(published.bytes, version);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': bytes.length,
      'cache-control': 'public, immutable, max-age=31557600',
    });
    response.end(bytes);
  }

  function publishBytes(name, version, manifest, bytes) {
    const entry = packages.get(name) ?? { versions: new Map(), facts: {} };
    entry.versions.set(version, { manifest, bytes });
    packages.set(name, entry);
  }

  return {
    url,
    requests,
    env: { npm_config_registry: url, npm_config_fetch_retries: '0', npm_config_noproxy: '127.0.0.1' },
    publish(name, version, files) {
      const manifest = { name, version, ...JSON.parse(Buffer.from(files['package.json'] ?? '{}').toString('utf8')) };
      const published = pack({ ...files, 'package.json': files['package.json'] ?? JSON.stringify(manifest) });
      publishBytes(name, version, published.manifest, published.bytes);
    },
    publishBytes,
    /** Serves a document beside the packages: a value as JSON, or whatever a function answers. */
    document(path, value) {
      documents.set(
        `/${path}`,
        typeof value === 'function' ? value : (response) => response.end(typeof value === 'string' ? value : JSON.stringify(value)),
      );
    },
    lie: (name, lie) => lies.set(name, lie),
    honest: () => lies.clear(),
    integrity: (name, version) => packages.get(name).versions.get(version).manifest.dist.integrity,
    async close() {
      server.closeAllConnections(); // a lie may have left requests hanging
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function packument(name, { versions, facts }, url) {
  const numbers = [...versions.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const published = (index) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
  const maintainers = [{ name: 'pinfold-fixture', email: 'fixture@pinfold-fixture.example' }];
  return {
    _id: name,
    name,
    'dist-tags': { latest: numbers.filter((version) => !version.includes('-')).at(-1) ?? numbers.at(-1), ...facts.distTags },
    time: Object.fromEntries(numbers.map((version, index) => [version, published(index)])),
    maintainers,
    versions: Object.fromEntries(
      numbers.map((version) => {
        const { manifest } = versions.get(version);
        const tarball = `${url}${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
        const deprecated = facts.deprecated?.[version];
        return [version, { maintainers, ...manifest, ...(deprecated && { deprecated }), dist: { ...manifest.dist, tarball } }];
      }),
    ),
  };
}

function json(request, response, status, value) {
  const body = JSON.stringify(value);
  const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const caching = status === 200 ? { etag, 'cache-control': 'no-cache' } : {};
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...caching }).end(body);
}
