import { expect, test } from 'vitest';
import { repositoryState } from '../../../src/advisories/github.ts';
import { githubRepository, securityHolder } from '../../../src/operations/vouch/registry-signals.ts';
import type { VouchSubject } from '../../../src/operations/vouch/voucher.ts';
import { temporaryHost } from '../../support/home.ts';
import { web } from '../../support/web.ts';

async function github(status: number, body: string) {
  const { origin } = await web((_, response) => void response.writeHead(status).end(body));
  return temporaryHost({ env: { PINFOLD_GITHUB_URL: origin } });
}

function subject(repository: string | null, packages: readonly { readonly name: string; readonly version: string }[] = []): VouchSubject {
  const artifact = { subject: 'pkg:npm/a', name: 'a', version: '1.0.0', integrity: 'sha512-x' };
  const npm = { packument: { publisher: { repository } } };
  return { artifact, closure: { packages }, resolution: { ecosystem: 'npm', npm } } as unknown as VouchSubject;
}

test.each([
  [200, '{"full_name":"a/b","archived":true}', { state: 'here', archived: true, fullName: 'a/b' }],
  [404, '{}', { state: 'gone' }],
  [403, '{"message":"rate limit"}', { state: 'unknown', why: 'it answered 403' }],
  [200, 'not json', { state: 'unknown', why: 'its answer makes no sense' }],
  [200, '{"archived":"no"}', { state: 'unknown', why: 'its answer makes no sense' }],
])('GitHub answers %i %s', async (status, body, expected) => {
  expect(await repositoryState('a/b', await github(status, body))).toEqual(expected);
});

test('archived and gone are told, a refusal is neither, and none of them blocks', async () => {
  const told = async (status: number, body: string) => {
    const { evidence, findings } = await githubRepository.vouch(subject('github.com/a/b'), await github(status, body));
    return [evidence.map(({ outcome }) => outcome), findings.map(({ code, severity }) => `${code} ${severity}`)];
  };
  expect(await told(200, '{"full_name":"a/b","archived":true}')).toEqual([['verified'], ['repository-archived info']]);
  expect(await told(200, '{"full_name":"a/b","archived":false}')).toEqual([['verified'], []]);
  expect(await told(404, '{}')).toEqual([['absent'], ['repository-gone warn']]);
  expect(await told(429, '{}')).toEqual([['unavailable'], []]);
  expect(githubRepository.appliesTo(subject(null))).toBe(false);
  expect(githubRepository.appliesTo(subject('gitlab.com/a/b'))).toBe(false);
});

test('an empty stand-in of npm is found in the closure, and as the server itself', async () => {
  const host = temporaryHost();
  const held = { name: 'b', version: '0.0.1-security' };
  const codes = async (of: VouchSubject) =>
    (await securityHolder.vouch(of, host)).findings.map((one) => [one.code, one.severity, one.subject]);
  expect(await codes(subject(null, [held, { name: 'c', version: '0.0.1' }]))).toEqual([
    ['package-security-holder', 'block', 'b@0.0.1-security'],
  ]);
  expect(await codes(subject('github.com/npm/security-holder'))).toEqual([['package-security-holder', 'block', 'a@1.0.0']]);
});
