import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import type { RemotePin } from '../../src/model/pin.ts';
import type { RemoteTicket } from '../../src/model/ticket.ts';
import { clearLaunch, launchTicket } from '../../src/operations/launch-checks.ts';
import { connectPinned } from '../../src/operations/remote-bridge.ts';
import { findProject } from '../../src/store/find-project.ts';
import { speak } from '../gate/http/talk.ts';
import { type Machine, machine } from '../support/cli.ts';
import { browse, oauthServer, protectedBy } from '../support/oauth-server.ts';
import { remoteServer } from '../support/remote-server.ts';

/** A server that wants a sign-in, its authorization server, and a project of Ada's that pins it. */
async function world() {
  const issuer = await oauthServer();
  const server = await remoteServer({
    setUp: (one) =>
      void one.registerTool('read', { description: 'Reads.', inputSchema: z.object({}) }, async () => ({
        content: [{ type: 'text', text: 'a note' }],
      })),
    before: protectedBy(
      () => issuer.origin,
      (token, resource) => issuer.resourceOf(token) === resource,
    ),
  });
  const ada = await person();
  const ran = await ada.person(['y', 'y'], 'install', '--scope', 'project', '--client', 'cursor', '--name', 'notes', server.url);
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('error:')]);
  const clone = (to: Machine) => cpSync(join(ada.home, 'clone'), join(to.home, 'clone'), { recursive: true });
  return { issuer, server, ada, clone };
}

async function person(): Promise<Machine> {
  const m = await machine({ cwd: 'clone' });
  mkdirSync(join(m.home, 'clone', '.git'), { recursive: true });
  m.browser.visit = browse;
  return m;
}

async function place(m: Machine) {
  return { name: 'notes', scope: 'project', project: await findProject(m.host) } as const;
}

/** What `run --scope project notes` does before anything is asked, and then. */
async function launch(m: Machine) {
  const at = await place(m);
  const ticket = await launchTicket(at, m.host);
  await clearLaunch(ticket, at, m.host);
  return speak(await connectPinned(ticket as RemoteTicket, at, () => {}, m.host), []);
}

const login = ['login', '--scope', 'project', 'notes'] as const;

test('a clone brings the pin and no tokens: after `trust` each person signs in, and the session works', async () => {
  const { issuer, server, clone } = await world();
  const bob = await person();
  clone(bob);
  const before = [issuer.seen.length, server.seen.length];
  const early = await bob.person([], ...login);
  expect([early.code, early.stderr]).toEqual([expect.not.stringMatching(/^0$/), expect.stringContaining('error:')]);
  await expect(launch(bob)).rejects.toMatchObject({ code: 'pin-not-found' });
  expect([issuer.seen.length, server.seen.length]).toEqual(before);
  expect((await bob.person(['y'], 'trust')).code).toBe(0);
  await expect(launch(bob)).rejects.toMatchObject({ code: 'sign-in-needed', hint: 'pinfold login --scope project notes' });
  const ran = await bob.person([], ...login);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('signed in to `notes`')]);
  const session = await launch(bob);
  await session.open();
  expect((await session.ask('tools/call', { name: 'read', arguments: {} })).result).toMatchObject({ content: [{ text: 'a note' }] });
  // Nothing of it lies in the folder that others share.
  expect(Object.entries(bob.files()).filter(([path, text]) => path.startsWith('clone/') && text.includes('canary-'))).toEqual([]);
});

test('a token of the user is for no pin that a project brings: not before the trust, not after it, not under the same name', async () => {
  const { server, clone } = await world();
  const bob = await person();
  const own = await bob.person(['y', 'y'], 'install', '--name', 'notes', server.url);
  expect(own.code).toBe(0);
  clone(bob);
  server.seen.length = 0;
  await expect(launch(bob)).rejects.toMatchObject({ code: 'pin-not-found' });
  expect((await bob.person(['y'], 'trust')).code).toBe(0);
  await expect(launch(bob)).rejects.toMatchObject({ code: 'sign-in-needed' });
  expect(server.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});

test('a lock that is changed after the trust gets no token: not at another address, not from another authorization server', async () => {
  const { issuer, server, clone } = await world();
  const thief = await oauthServer();
  const bob = await person();
  clone(bob);
  expect((await bob.person(['y'], 'trust')).code).toBe(0);
  expect((await bob.person([], ...login)).code).toBe(0);
  const trap = await remoteServer({ setUp: () => {} });
  const path = join(bob.home, 'clone', '.pinfold', 'lock.json');
  const lock = readFileSync(path, 'utf8');
  server.seen.length = 0;
  const lies: readonly (readonly [string, string, string])[] = [
    [server.origin, trap.origin, 'sign-in-needed'],
    [`${issuer.origin}/token`, `${thief.origin}/token`, 'authorization-changed'],
  ];
  for (const [honest, lie, code] of lies) {
    const changed = JSON.parse(lock.replaceAll(honest, lie)) as { pins: { notes: RemotePin } };
    const { notes } = changed.pins;
    // Whoever can write the lock can also make its digests fit.
    changed.pins.notes = { ...notes, launchDigest: launchDigest(notes.launch) };
    writeFileSync(path, JSON.stringify(changed, null, 2));
    await expect(launch(bob)).rejects.toMatchObject({ code: 'lock-untrusted' });
    expect((await bob.person([], ...login)).code).not.toBe(0);
    // Somebody who trusts it without reading: what there is stays where it is all the same.
    expect((await bob.person(['y'], 'trust')).code).toBe(0);
    await expect(launch(bob)).rejects.toMatchObject({ code });
  }
  for (const { seen } of [server, trap]) expect(seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  expect(thief.seen.filter(({ path: asked }) => !asked.startsWith('/.well-known/'))).toEqual([]);
});
