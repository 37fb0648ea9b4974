import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { notify } from '../../src/operations/notify.ts';
import { temporaryHost } from '../support/home.ts';

const hostile = '--icon=/etc/passwd <b>evil</b> "; do shell script "x\u202e\u001b[31m\nsecond line $(id) %PATH%';

/** A desktop of a platform, whose program for notifications writes down what it was given. */
function desktop(platform: Host['machine']['platform'], exitCode = 0): { readonly host: Host; readonly given: () => readonly string[] } {
  const host = temporaryHost();
  const folder = join(host.places.home, 'bin');
  const told = join(folder, 'told');
  mkdirSync(folder);
  for (const name of ['notify-send', 'osascript', 'powershell.exe']) {
    const script = `#!/bin/sh\nfor one in "$@" "title=$PINFOLD_TITLE" "text=$PINFOLD_TEXT"; do printf '%s\\0' "$one"; done > '${told}'\nexit ${exitCode}\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  const which = async (command: string) => join(folder, command);
  return {
    host: { ...host, machine: { ...host.machine, platform }, processes: { ...host.processes, which } },
    given: () => readFileSync(told, 'utf8').split('\0').slice(0, -1),
  };
}

test('Linux: the text is one argument behind `--`, without markup and without anything that drives a terminal', async () => {
  const { host, given } = desktop('linux');
  expect(await notify('pinfold', hostile, host)).toBe(true);
  const words = given();
  expect(words.slice(words.indexOf('--')).slice(0, 2)).toEqual(['--', 'pinfold']);
  const text = words[words.indexOf('--') + 2] ?? '';
  expect(text).toContain('--icon=/etc/passwd');
  expect(text).not.toMatch(/[<>&]|\p{Cc}|\u202e/u);
});

test('macOS: the text is an argument of the script and no part of it', async () => {
  const { host, given } = desktop('darwin');
  expect(await notify('pinfold', hostile, host)).toBe(true);
  const words = given();
  const script = words.flatMap((word, at) => (words[at - 1] === '-e' ? [word] : []));
  expect(script.join('\n')).toBe('on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run');
  expect(words[words.lastIndexOf('-e') + 2]).toBe('pinfold');
  expect(words[words.lastIndexOf('-e') + 3]).toContain('do shell script');
});

test('Windows: the text is a variable and no part of the command', async () => {
  const { host, given } = desktop('win32');
  expect(await notify('pinfold', hostile, host)).toBe(true);
  const words = given();
  expect(words.find((word) => word.startsWith('text='))).toContain('$(id)');
  expect(words.filter((word) => !word.startsWith('text=')).join(' ')).not.toContain('evil');
});

test('nobody to tell, or a desktop that refuses, is no error', async () => {
  const { host } = desktop('linux', 1);
  expect(await notify('pinfold', 'text', host)).toBe(false);
  expect(await notify('pinfold', 'text', { ...host, processes: { ...host.processes, which: async () => null } })).toBe(false);
  const broken = async () => join(host.places.home, 'not-there');
  expect(await notify('pinfold', 'text', { ...host, processes: { ...host.processes, which: broken } })).toBe(false);
});

test('a long text is cut', async () => {
  const { host, given } = desktop('linux');
  await notify('pinfold', 'x'.repeat(10_000), host);
  expect(given().every((word) => word.length < 300)).toBe(true);
});
