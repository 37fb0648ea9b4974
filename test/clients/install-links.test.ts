import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikeLink, parseLink } from '../../src/clients/install-links.ts';
import { GuardError } from '../../src/model/errors.ts';

const entry = { command: 'npx', args: ['-y', '@studio/easel@1.8.0'], env: { EASEL_PASS: 'x' } };
const base64 = Buffer.from(JSON.stringify(entry)).toString('base64');
const encoded = encodeURIComponent(JSON.stringify(entry));
const withName = encodeURIComponent(JSON.stringify({ name: 'easel', ...entry, inputs: [] }));

describe('one server', () => {
  test.each([
    [`cursor://anysphere.cursor-deeplink/mcp/install?name=easel&config=${base64}`, 'cursor'],
    [`https://cursor.com/install-mcp?name=easel&config=${base64}`, 'cursor'],
    [`https://cursor.com/en/install-mcp?name=easel&config=${encodeURIComponent(base64)}`, 'cursor'],
    [`vscode:mcp/install?${withName}`, 'vscode'],
    [`vscode-insiders:mcp/install?${withName}`, 'vscode-insiders'],
    [`https://vscode.dev/redirect/mcp/install?name=easel&config=${encoded}`, 'vscode'],
    [`https://insiders.vscode.dev/redirect/mcp/install?name=easel&config=${encoded}`, 'vscode-insiders'],
    [`https://vscode.dev/redirect?url=${encodeURIComponent(`vscode:mcp/install?${withName}`)}`, 'vscode'],
    [`vsweb+mcp:/install?${withName}`, 'visual-studio'],
    [`lmstudio://add_mcp?name=easel&config=${base64}`, 'lm-studio'],
    [`https://lmstudio.ai/install-mcp?name=easel&config=${base64}`, 'lm-studio'],
    [`kiro://kiro.mcp/add?name=easel&config=${encoded}`, 'kiro'],
    [
      `cherrystudio://mcp/install?servers=${Buffer.from(JSON.stringify({ mcpServers: { easel: entry } })).toString('base64')}`,
      'cherry-studio',
    ],
  ])('%s', (link, client) => {
    expect(looksLikeLink(link)).toBe(true);
    expect(parseLink(link)).toEqual({ kind: 'server', server: { client, name: 'easel', raw: entry } });
  });

  test('goose spells an entry in its query', () => {
    const link = 'goose://extension?cmd=npx&arg=-y&arg=%40studio%2Feasel&timeout=300&id=easel&name=The%20Easel&env=EASEL_PASS%3Da%3Db';
    const raw = { type: 'stdio', cmd: 'npx', args: ['-y', '@studio/easel'], envs: { EASEL_PASS: 'a=b' } };
    expect(parseLink(link)).toEqual({ kind: 'server', server: { client: 'goose', name: 'easel', raw } });
    const remote = { type: 'streamable_http', uri: 'https://easel.example/mcp' };
    expect(parseLink('goose://extension?id=easel&url=https%3A%2F%2Feasel.example%2Fmcp&type=streamable_http')).toMatchObject({
      server: { raw: remote },
    });
  });

  test('a name in a directory of servers is only a name', () => {
    expect(parseLink('vscode:mcp/by-name/io.github.studio%2Feasel')).toEqual({ kind: 'directory-name', name: 'io.github.studio/easel' });
  });
});

const several = Buffer.from(JSON.stringify({ mcpServers: { a: entry, b: entry } })).toString('base64');

describe('refused', () => {
  test.each([
    ['', 'accepted schemes'],
    ['easel', 'accepted schemes'],
    ['https://easel.example/install-mcp?name=easel', 'accepted schemes'],
    ['https://cursor.com.example/install-mcp?name=x&config=e30=', 'accepted schemes'],
    ['cursor://other/mcp/install?name=x&config=e30=', 'accepted schemes'],
    ['javascript:alert(1)', 'accepted schemes'],
    ['file:///etc/passwd', 'accepted schemes'],
    [`cursor://anysphere.cursor-deeplink/mcp/install?config=${base64}`, 'no name'],
    ['cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=%00', 'not base64'],
    [
      `cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=${Buffer.from('{"command":"a","command":"b"}').toString('base64')}`,
      'not JSON, or reads differently',
    ],
    ['vscode:mcp/install?%', 'not encoded'],
    ['vscode:mcp/install?[]', 'not one entry'],
    [`https://vscode.dev/redirect?url=${encodeURIComponent('https://vscode.dev/redirect?url=x')}`, 'accepted schemes'],
    [`cherrystudio://mcp/install?servers=${several}`, '2 servers'],
    [`cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=${'A'.repeat(70_000)}`, 'longer than'],
  ])('%s', (link, why) => {
    const refusal = catching(() => parseLink(link));
    expect(refusal).toMatchObject({ code: 'reference-not-understood', why: expect.stringContaining(why) });
  });

  test('whatever the text is, it is an offer or a refusal', () => {
    const start = fc.constantFrom(
      'cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=',
      'vscode:mcp/install?',
      'goose://extension?',
      'lmstudio://add_mcp?',
      '',
    );
    fc.assert(
      fc.property(start, fc.string({ unit: 'binary' }), (head, tail) => {
        const result = catching(() => parseLink(head + tail));
        expect(result instanceof GuardError || (result as { kind: string }).kind === 'server').toBe(true);
      }),
    );
  });
});

function catching(action: () => unknown): unknown {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof GuardError) return cause;
    throw cause;
  }
}
