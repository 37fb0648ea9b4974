import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLine, quote } from '../../src/sandbox/command-line.ts';

const command = { program: '/usr/bin/node', args: ['server.mjs'], cwd: '/scratch', env: { HOME: '/scratch' } };

describe.skipIf(process.platform === 'win32')('quote', () => {
  test('a POSIX shell reads every text back as one word', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (words) => {
        const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], { encoding: 'utf8' });
        expect(out.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 40, examples: [[['$(id)', '`id`', "'; id; '", '\n', '']]] },
    );
  });
});

describe('commandLine', () => {
  test('starts with nothing but the given environment', () => {
    expect(commandLine(command, 1000)).toMatch(/exec \/usr\/bin\/env -i 'HOME=\/scratch' '\/usr\/bin\/node' 'server\.mjs'$/);
  });

  test('gives up the privileges of a root user, after kernel settings are read-only, or does not start', () => {
    const text = commandLine(command, 0);
    expect(text).toContain('mount -o remount,bind,ro /proc/sys || exit 126');
    expect(text).toMatch(/exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \/usr\/bin\/env -i /);
  });
});
