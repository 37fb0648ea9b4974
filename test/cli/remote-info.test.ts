import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { remoteInfoSchema } from '../../src/report/json/remote.ts';
import { machine } from '../support/cli.ts';
import { type RemoteOptions, remoteServer } from '../support/remote-server.ts';
import { web } from '../support/web.ts';

const add: RemoteOptions['setUp'] = (server) => {
  server.registerTool(
    'add',
    { description: 'Adds two numbers.', inputSchema: z.object({ a: z.number(), b: z.number() }) },
    async ({ a, b }) => ({
      content: [{ type: 'text', text: String(a + b) }],
    }),
  );
};

test('the card of a remote server says what it lists, who lets clients in, and what cannot be verified', async () => {
  const m = await machine();
  const server = await remoteServer({ setUp: add });
  const before = m.files();
  const ran = await m.run('info', server.url);
  expect(ran.stderr).not.toContain('error:');
  expect(m.normal(ran.stdout).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')).toMatchInlineSnapshot(`
    "127.0.0.1:<port>/mcp  needs a person
      a remote server at http://127.0.0.1:<port>/mcp
      streamable HTTP; there are no bytes to look at or to pin

    who lets clients in
      nobody is asked: it answers to any client

    tools: 1, as it told two clients
      undeclared  add  Adds two numbers.
      tells the model  "Ask before you write." (21 characters)

    what could not be checked
      verified     asked as two clients; speaks initialize
      cannot tell  what runs there: there are no bytes to look at or to pin, and it
                   can change at any time without a version
      cannot tell  what it does with what it is given, whom it passes it on to, and
                   what it returns
      cannot tell  who runs it: the name of its host and a certificate for it are
                   all that is known
      cannot tell  whether it says the same to others, or later (the gate compares,
                   each time)

    what the client will run
      /home/me/.local/share/pinfold/bin/pinfold run remote
      which asks http://127.0.0.1:<port>/mcp, through the gate

    findings
      warn    runs at 127.0.0.1:<port>: what it does, and whether it stays as it is,
              cannot be verified (server-hosted)

    decision  needs a person
      - a person has to approve it: no policy approves by itself
    "
  `);
  expect(ran.code).toBe(0);
  expect(m.files()).toEqual(before);
  expect(server.sessions.size).toBe(0);
});

test('as a document it has the members of a package, and says where there are none', async () => {
  const m = await machine();
  const server = await remoteServer({ setUp: add });
  const document = remoteInfoSchema.parse(JSON.parse((await m.run('info', '--json', server.url)).stdout));
  expect(document.remote).toMatchObject({ url: server.url, transport: 'streamable-http', authorization: { status: 'none' } });
  expect(document.manifest.probed?.tools.map(({ name }) => name)).toEqual(['add']);
  expect(document.findings.map(({ code }) => code)).toContain('server-hosted');
  expect(document.decision.verdict).toBe('review');
});

describe('addresses', () => {
  test.each([
    ['http://mcp.example.com/mcp', 'without encryption'],
    ['https://user:secret-canary@mcp.example.com/mcp', 'something like a key'],
    ['https://mcp.example.com/mcp?api_key=secret-canary', 'something like a key'],
    ['https://mcp.example.com/mcp#top', 'fragment'],
    ['javascript:alert(1)', 'reference'],
    ['file:///etc/passwd', 'reference'],
    ['https://169.254.169.254/latest', 'no address of a server'],
    ['https://[::ffff:169.254.169.254]/', 'no address of a server'],
  ])('%s is refused', async (url, why) => {
    const m = await machine();
    const ran = await m.run('info', url);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(why);
    expect(ran.stderr + ran.stdout).not.toContain('secret-canary');
  });

  test('a redirect is not followed, and the header that was given goes nowhere else', async () => {
    const stolen: unknown[] = [];
    const thief = await web((request, response) => {
      stolen.push(request.headers);
      response.writeHead(200).end();
    });
    const server = await web((_request, response) => response.writeHead(307, { location: `${thief.origin}/mcp` }).end());
    const m = await machine({ env: { KEY: 'Bearer secret-canary' } });
    const ran = await m.run('info', `${server.origin}/mcp`, '--header', 'Authorization=KEY');
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('it redirects to')]);
    expect(stolen).toEqual([]);
    expect(ran.stderr).not.toContain('secret-canary');
  });
});
