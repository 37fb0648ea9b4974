import { expect, test } from 'vitest';
import { resolvePypi } from '../../../src/sources/pypi/resolve.ts';
import { temporaryHost } from '../../support/home.ts';
import { startPypi } from '../../support/pypi.ts';
import { sha256Hex, wheel } from '../../support/wheel.ts';

const weather = { name: 'weather', version: '1.0.0', files: { 'weather/__init__.py': '' } };
const filename = 'weather-1.0.0-py3-none-any.whl';
const reference = { source: 'pypi', name: 'weather', specifier: '', extras: [], bin: null, serverArgs: [] } as const;

/** What resolving says of the project while its index says this status of it; PEP 792. */
async function resolved(status: unknown, held = false) {
  const pypi = await startPypi();
  pypi.publish(weather);
  const file = { filename, url: `${pypi.url}/files/${filename}`, hashes: { sha256: sha256Hex(wheel(weather)) } };
  const body = { meta: { 'api-version': '1.4' }, name: 'weather', 'project-status': status, files: held ? [] : [file] };
  pypi.answer('/simple/weather/', (response) =>
    response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }).end(JSON.stringify(body)),
  );
  const { findings } = await resolvePypi(reference, temporaryHost({ env: pypi.env }));
  return findings.map(({ code, severity }) => `${code} ${severity}`);
}

test('a project in quarantine blocks, whatever else stands in its status', async () => {
  expect(await resolved({ status: 'active' })).toEqual([]);
  expect(await resolved({ status: 'quarantined', reason: 'malware' })).toEqual(['package-quarantined block']);
  expect(await resolved({ status: 'quarantined' })).toEqual(['package-quarantined block']);
  // Words that cannot be read do not take the status away.
  expect(await resolved({ status: 'quarantined', reason: { of: 'malware' } })).toEqual(['package-quarantined block']);
});

test('one whose files the index holds back is not found, with the reason, and never looked for elsewhere', async () => {
  await expect(resolved({ status: 'quarantined', reason: 'malware' }, true)).rejects.toMatchObject({
    code: 'version-not-found',
    message: 'weather is in quarantine',
    why: expect.stringContaining('malware'),
  });
});
