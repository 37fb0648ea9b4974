import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { describeSandboxed } from '../support/contained.ts';
import { temporaryHost } from '../support/home.ts';
import { probed, probeError } from '../support/probed.ts';

describeSandboxed('a hostile server under the probe', () => {
  test.each([
    ['endless-pages', [], 'probe-failed', 'the list of tools is incomplete', 'more than 64 pages'],
    ['circle-pages', [], 'probe-failed', 'the list of tools is incomplete', 'its pages go in a circle'],
    ['refuses-list', [], 'probe-failed', 'the list of tools is incomplete', 'the server refuses `tools/list`: log in first (-32603)'],
    ['same-name', [], 'listing-invalid', 'the list of tools cannot be pinned', 'echo is listed twice'],
    ['no-name', [], 'listing-invalid', 'the list of tools cannot be pinned', 'an item has no name'],
    ['not-objects', [], 'listing-invalid', 'the list of tools cannot be pinned', 'an item is not an object'],
    [
      'input-required',
      [],
      'listing-invalid',
      'the list of tools cannot be pinned',
      'the server wants something from the user before it lists',
    ],
    [
      'raw-tool',
      ['duplicate'],
      'listing-invalid',
      'the server sent JSON that cannot be trusted',
      'a member name twice in one object at position 88',
    ],
    [
      'raw-tool',
      ['deep'],
      'listing-invalid',
      'the server sent JSON that cannot be trusted',
      expect.stringContaining('nested deeper than 200'),
    ],
    [
      'raw-tool',
      ['surrogate'],
      'listing-invalid',
      'the server sent JSON that cannot be trusted',
      expect.stringContaining('a lone surrogate'),
    ],
    ['raw-tool', ['utf8'], 'listing-invalid', 'the server sent JSON that cannot be trusted', 'it is not valid UTF-8'],
    ['floods', ['stdout', 'lines'], 'probe-failed', 'the server floods its output', 'more than 10000 lines are no messages'],
    ['floods', ['stdout', 'line'], 'probe-failed', 'the server floods its output', 'more than 33554432 bytes'],
    ['floods', ['stderr', 'lines'], 'probe-failed', 'the server floods its output', 'more than 33554432 bytes'],
    ['exits', [], 'probe-failed', 'the server ended by itself', 'exit code 3: <U+001B>[31mfatal:<U+001B>[0m usage: server <folder>'],
    [
      'needs-key',
      [],
      'probe-failed',
      'the server ended by itself',
      'exit code 1: Error: the environment variable FIXTURE_API_KEY is required',
    ],
    ['one-client-one-era', [], 'listing-invalid', 'the server speaks to one client and not to another', expect.any(String)],
  ])('%s %j ends as %s', async (name, args, code, message, why) => {
    const host = temporaryHost();
    const error = await probeError(name, { host, args });
    expect({ code: error.code, message: error.message, why: error.why }).toEqual({ code, message, why });
    expect(readdirSync(host.places.temp)).toEqual([]);
  });

  test('a server that never answers is given up, in the time allowed', async () => {
    const error = await probeError('silent', { bounds: { requestTimeoutMs: 300, discoverTimeoutMs: 100 } });
    expect(error).toMatchObject({ code: 'probe-failed', message: 'the server does not answer', why: 'no answer to `initialize` in 0.3 s' });
  });

  test('a server that answers all too slowly is given up as a whole', async () => {
    const error = await probeError('silent', { bounds: { timeoutMs: 300 } });
    expect(error).toMatchObject({ code: 'probe-failed', message: 'the server takes too long' });
  });

  test('a server that fills its scratch folder is ended', async () => {
    const error = await probeError('fills-disk', { bounds: { maxScratchBytes: 8 * 1024 * 1024 } });
    expect(error).toMatchObject({ code: 'probe-failed', message: 'the server fills the disk' });
  });

  test('the hint names what the server seems to want', async () => {
    expect((await probeError('needs-key')).hint).toBe(
      'it names FIXTURE_API_KEY: declare what it needs in its environment, or leave the probe out with --no-probe',
    );
    expect((await probeError('exits')).hint).toBe('it seems to want arguments: give them after --, or leave the probe out with --no-probe');
  });

  test('a signal during the probe ends the server and leaves nothing behind', async () => {
    const host = temporaryHost();
    const listeners: ((signal: NodeJS.Signals) => void)[] = [];
    const processes: Host['processes'] = {
      ...host.processes,
      onSignal(listener) {
        listeners.push(listener);
        return () => listeners.splice(listeners.indexOf(listener), 1);
      },
    };
    const ended = probeError('silent', { host: { ...host, processes }, onProgress: () => setImmediate(() => listeners[0]?.('SIGINT')) });
    expect(await ended).toMatchObject({ code: 'interrupted' });
    expect(readdirSync(host.places.temp)).toEqual([]);
    expect(listeners).toEqual([]);
  });

  test('an entry outside the tree is not started', async () => {
    const error = await probeError('honest', { entry: '../packages/x.mjs' });
    expect(error).toMatchObject({ code: 'probe-failed', why: 'its entry is outside the tree' });
  });

  test('a daemon does not survive the probe', async () => {
    const marker = `pinfold-probe-daemon-${process.pid}`;
    await probed('daemon', { args: [marker] });
    await expect.poll(() => commandLines().filter((line) => line.endsWith(`${marker}\0`))).toEqual([]);
  });
});

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // ended meanwhile
      }
    });
}
