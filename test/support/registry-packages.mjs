import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tarball } from './tarball-writer.mjs';

/**
 * Every package below a folder of `<name>/<version>/` or `@scope/<name>/<version>/`, packed.
 */
export function packAll(folder) {
  const packages = new Map();
  for (const name of namesBelow(folder)) {
    const facts = join(folder, name, 'registry.json');
    const versions = new Map();
    for (const version of readdirSync(join(folder, name)).filter((entry) => /^\d/.test(entry))) {
      versions.set(version, pack(filesBelow(join(folder, name, version))));
    }
    packages.set(name, { versions, facts: existsSync(facts) ? JSON.parse(readFileSync(facts, 'utf8')) : {} });
  }
  return packages;
}

/**
 * A package out of its files (`package.json` among them), packed as `npm pack` does; programs named in `bin` get their
 * x bits. The manifest is the file's, with `_id`, `dist` without its URL, and `hasInstallScript` as a registry adds them.
 */
export function pack(files) {
  const manifest = JSON.parse(Buffer.from(files['package.json']).toString('utf8'));
  const programs = new Set(Object.values(typeof manifest.bin === 'object' ? manifest.bin : { [manifest.name]: manifest.bin }).map(plain));
  const bytes = tarball(
    Object.keys(files)
      .sort()
      .map((path) => ({ path: `package/${path}`, body: files[path], mode: programs.has(path) ? 0o755 : 0o644 })),
  );
  const scripts = manifest.scripts ?? {};
  const hasInstallScript = ['preinstall', 'install', 'postinstall'].some((script) => scripts[script] !== undefined);
  return { manifest: { ...manifest, ...(hasInstallScript && { hasInstallScript }), ...identity(manifest, bytes) }, bytes };
}

/**
 * What a registry computes from a tarball's bytes.
 */
export function identity(manifest, bytes) {
  return {
    _id: `${manifest.name}@${manifest.version}`,
    dist: {
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      shasum: createHash('sha1').update(bytes).digest('hex'),
    },
  };
}

function plain(path) {
  return typeof path === 'string' ? path.replace(/^\.\//, '') : '';
}

function namesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name]));
}

function filesBelow(folder) {
  const files = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const relative = path.slice(folder.length + 1).replaceAll('\\', '/');
    // git ignores node_modules: bundled dependencies lie in vendor/
    files[relative.replace(/^vendor\//, 'node_modules/')] = readFileSync(path);
  }
  return files;
}
