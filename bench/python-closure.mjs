import { createServer } from 'node:http';
import { bundledSources } from '../scripts/bundled-sources.mjs';

const packages = 60;
const filesEach = 34;

/**
 * A package index on 127.0.0.1 with a closure that is written here: packages of modules that import each other, read
 * variables, start programs and ask hosts, as libraries do. Every module is loaded.
 */
export async function pythonClosure() {
  const { wheel, sha256Hex } = await bundledSources('bench-wheels', "export { wheel, sha256Hex } from './test/support/wheel.ts';");
  const wheels = new Map();
  let bytes = 0;
  for (let at = 0; at < packages; at += 1) {
    const name = nameOf(at);
    const files = Object.fromEntries(Array.from({ length: filesEach }, (_, file) => [pathOf(at, file), moduleText(at, file)]));
    for (const text of Object.values(files)) bytes += text.length;
    const requires = [at * 2 + 1, at * 2 + 2].filter((other) => other < packages).map(nameOf);
    const scripts = at === 0 ? { [name]: `${name}.m0:main` } : {};
    wheels.set(name, Buffer.from(wheel({ name, version: '1.0', files, requires, scripts })));
  }
  const server = createServer((request, response) => {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    const body = wheels.get(name.split('-')[0]);
    if (body === undefined) response.writeHead(404).end();
    else if (kind === 'files') response.writeHead(200).end(body);
    else {
      const filename = `${name}-1.0-py3-none-any.whl`;
      const file = { filename, url: `../../files/${filename}`, hashes: { sha256: sha256Hex(body) } };
      const page = JSON.stringify({ meta: { 'api-version': '1.1' }, name, files: [file] });
      response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }).end(page);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    spec: `pypi:${nameOf(0)}`,
    env: { UV_DEFAULT_INDEX: `http://127.0.0.1:${server.address().port}/simple`, UV_NO_CONFIG: '1', PIP_CONFIG_FILE: '/dev/null' },
    packages,
    files: packages * filesEach,
    bytes,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function nameOf(at) {
  return `lib${at}`;
}

function pathOf(at, file) {
  return file === filesEach - 1 ? `lib${at}/__init__.py` : `lib${at}/m${file}.py`;
}

function moduleText(at, file) {
  if (file === filesEach - 1) return 'from .m0 import main\n';
  const next = file + 1 < filesEach - 1 ? [`from . import m${file + 1}`] : [];
  const others = file === 0 ? [at * 2 + 1, at * 2 + 2].filter((other) => other < packages).map((other) => `import lib${other}`) : [];
  const body = Array.from({ length: 10 }, (_, line) => functionText(at, file, line));
  return [
    '"""A module."""',
    'import os, subprocess, json, logging',
    'from typing import Any',
    ...next,
    ...others,
    'def main() -> None:',
    `    run_${at}_${file}_0({})`,
    ...body,
    '',
  ].join('\n');
}

function functionText(at, file, line) {
  return `
def run_${at}_${file}_${line}(options: dict[str, Any], *more: str, key: str = 'k${line}') -> list[str]:
    """Does one thing of many, and says so in a line."""
    found = [str(value).strip() for name, value in options.items() if name != key]
    if len(found) > ${line} and os.environ.get('LIB${at}_${line % 7}') is not None:
        logging.getLogger(__name__).info('%s: %d', key, len(found))
        found.extend(subprocess.run(['git', 'log', key], capture_output=True, text=True).stdout.split())
    try:
        return sorted({*found, json.dumps(options), f'{key}:{len(more)}'})
    except (TypeError, ValueError) as error:
        raise RuntimeError(f'https://host${line % 5}.example/{key}') from error
`;
}
