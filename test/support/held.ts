import { expect } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import { type FirstUse, recordFirstUse } from '../../src/store/first-use.ts';
import { addPending } from '../../src/store/pending.ts';
import { type Machine, machine } from './cli.ts';
import { tool } from './launch.ts';
import { formOf, said, serve } from './waiting.ts';

export const cursor = '.cursor/mcp.json';
const mine = '{ "mcpServers": { "shed": { "command": "shed" } } }\n';
export const evil = { command: 'npx', args: ['-y', '@pinfold-fixture/notes@1.0.0', '/srv'], env: { TOKEN: 'canary-theirs' } };
export const barn = { command: 'barn', args: ['--token', 'canary-argument'] };

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
}

export function entriesOf(m: Machine): Readonly<Record<string, Entry>> {
  return JSON.parse(m.read(cursor)).mcpServers;
}

/** The review page of a machine as a browser that opened its link sees it; `send` posts a form to one of its paths. */
export async function browse(m: Machine) {
  const page = await serve(m);
  const { cookie, home } = await page.open();
  const look = async () => (await page.ask({ path: home, headers: { cookie } })).text;
  const send = (path: 'held' | 'decide', form: URLSearchParams, headers: Readonly<Record<string, string | null>> = {}) =>
    page.ask({
      method: 'POST',
      path: `${home}${path}`,
      headers: { cookie, origin: page.origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: form.toString(),
    });
  return { page, cookie, home, look, send };
}

/** The page of a machine on which `watch` stopped these servers. */
export async function held(entries: Readonly<Record<string, object>>) {
  const m = await machine();
  m.write(cursor, mine);
  expect((await m.run('watch', '--once')).code).toBe(0);
  m.write(cursor, JSON.stringify({ mcpServers: { ...entriesOf(m), ...entries } }));
  expect((await m.run('watch', '--once')).code).toBe(1);
  const { page, cookie, home, look, send: sendTo } = await browse(m);
  const send = (form: URLSearchParams, headers: Readonly<Record<string, string | null>> = {}) => sendTo('held', form, headers);
  const press = (text: string, decision: string) => {
    const form = formOf(text);
    form.append('decision', decision);
    return send(form);
  };
  return { m, page, cookie, home, look, send, press };
}

/** As `run --pins FILE -- node server.js` names it. */
export const commandName = 'run-node-0123456789abcdef';
export const commandPlace = { name: commandName, scope: 'user', project: null } as const;
export const slower = said('tools', 'read', tool('read', { description: 'reads slowly' }));
const seen = {
  items: { 'tools/read': { digest: digestValue(tool('read')), template: tool('read') } },
  complete: [],
  eras: [],
  agentSurface: [],
};

/** A file of pins of a command. */
export async function pinsFile(m: Machine, path: string, items: FirstUse['items'] = seen.items): Promise<void> {
  const use = { path, name: commandName, pinDigest: digestValue('launch'), launch: ['node', 'server.js'], committed: true };
  await recordFirstUse(use, { ...seen, items }, m.host);
}

/** The page of a machine on which the gate withheld `slower` against each of these files of pins. */
export async function withFiles(m: Machine, ...files: readonly string[]) {
  for (const file of files) {
    await pinsFile(m, file);
    await addPending(commandPlace, [{ ...slower, pins: file }], m.host);
  }
  const { look, send } = await browse(m);
  return { look, send: (form: URLSearchParams) => send('decide', form) };
}
