import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { metadata, type PythonPackage, sha256Hex, wheel } from './wheel.ts';

export interface IndexFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** METADATA that is served beside the file; null = none. */
  readonly metadata: string | null;
  readonly entry: Readonly<Record<string, unknown>>;
}

export interface Pypi {
  readonly url: string;
  /** Settings that point uv and pip at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Every request, as `path`, with its authorization. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  /** Publishes a wheel of a package; `entry` changes what the index says of it. */
  publish(pkg: PythonPackage, entry?: Readonly<Record<string, unknown>>): void;
  publishFile(name: string, file: IndexFile): void;
  /** Answers a path instead of the index. */
  answer(path: string, how: (response: ServerResponse) => void): void;
}

/** A package index on 127.0.0.1 with the JSON simple API; gone when the test ends. */
export async function startPypi(options: { readonly login?: string } = {}): Promise<Pypi> {
  const projects = new Map<string, IndexFile[]>();
  const answers = new Map<string, (response: ServerResponse) => void>();
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push({ path, authorization: request.headers.authorization });
    const lie = answers.get(path);
    if (lie !== undefined) return lie(response);
    if (options.login !== undefined && request.headers.authorization !== `Basic ${Buffer.from(options.login).toString('base64')}`)
      return void response.writeHead(401).end();
    const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1];
    const files = project === undefined ? undefined : projects.get(project);
    if (files !== undefined) {
      const body = JSON.stringify({ meta: { 'api-version': '1.1' }, name: project, files: files.map(({ entry }) => entry) });
      return void response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }).end(body);
    }
    const named = /^\/files\/(.+?)(\.metadata)?$/.exec(path);
    const file = [...projects.values()].flat().find(({ filename }) => filename === named?.[1]);
    if (file === undefined || (named?.[2] !== undefined && file.metadata === null)) return void response.writeHead(404).end();
    return void response.writeHead(200).end(named?.[2] === undefined ? file.bytes : file.metadata);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://${options.login === undefined ? '' : `${options.login}@`}127.0.0.1:${port}`;
  const publishFile = (name: string, file: IndexFile) => void projects.set(name, [...(projects.get(name) ?? []), file]);
  return {
    url: `http://127.0.0.1:${port}`,
    env: { UV_DEFAULT_INDEX: `${origin}/simple` },
    requests,
    publish(pkg, entry = {}) {
      const bytes = wheel(pkg);
      const filename = `${pkg.name.replaceAll('-', '_')}-${pkg.version}-py3-none-any.whl`;
      const said = metadata(pkg);
      publishFile(pkg.name, {
        filename,
        bytes,
        metadata: said,
        entry: {
          filename,
          url: `../../files/${filename}`,
          hashes: { sha256: sha256Hex(bytes) },
          'core-metadata': { sha256: sha256Hex(Buffer.from(said)) },
          ...(pkg.requiresPython === undefined ? {} : { 'requires-python': pkg.requiresPython }),
          ...entry,
        },
      });
    },
    publishFile,
    answer: (path, how) => void answers.set(path, how),
  };
}
