import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { EntryChange } from '../../src/clients/plan-edit.ts';
import { readEntries } from '../../src/clients/read.ts';
import { configHome, place } from '../clients/config-home.ts';
import { editFile } from '../clients/edit-file.ts';

const canary = 'canary-sk-live-4242';
const change: EntryChange = { kind: 'set', launch: { command: '/data/launcher', args: ['run', 'sheep'] }, replace: true };

/** Each puts the secret where a value of environment or headers is, next to a defect that must be reported. */
const files: Readonly<Record<string, string>> = {
  'a value of the wrong type': `{"mcpServers": {"sheep": {"command": 5, "env": {"K": "${canary}"}, "headers": {"K": ["${canary}"]}}}}`,
  'environment as text': `{"mcpServers": {"sheep": {"command": "x", "env": "${canary}", "headers": "${canary}"}}}`,
  'environment as a list': `{"mcpServers": {"sheep": {"command": "x", "env": ["${canary}"]}}}`,
  'an unterminated value': `{"mcpServers": {"sheep": {"command": "x", "env": {"K": "${canary}`,
  'a value without quotes': `{"mcpServers": {"sheep": {"command": "x", "env": {"K": ${canary}}}}}`,
  'a missing colon': `{"mcpServers": {"sheep": {"command": "x", "env": {"K" "${canary}"}}}}`,
  'a raw control character': `{"mcpServers": {"sheep": {"command": "x", "env": {"K": "${canary}\u0001"}}}}`,
  'a comment with the key': `{"mcpServers": {/* ${canary} */ "sheep": {"command": "x"}}}`,
  'a name twice': `{"mcpServers": {"sheep": {"command": "x", "env": {"K": "${canary}", "K": "${canary}"}}}}`,
  'text after the end': `{"mcpServers": {"sheep": {"command": "x"}}} ${canary}`,
  'the whole file is the key': canary,
  'other members': `{"mcpServers": {"sheep": {"command": "x", "headersHelper": "echo ${canary}", "oauth": {"secret": "${canary}"}, "auth": {"CLIENT_SECRET": "${canary}"}}}}`,
};

test.each(Object.entries(files))('%s: no value of environment or headers leaves the file', async (_, text) => {
  for (const client of ['claude-desktop', 'claude-code', 'cursor', 'vscode']) {
    for (const bytes of [text, Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      const home = configHome();
      const own = typeof bytes === 'string' && client === 'vscode' ? bytes.replace('mcpServers', 'servers') : bytes;
      const file = await place(client, 'user', own, home);
      const reading = await readEntries({}, home.host);
      expect(reading.entries.length + reading.problems.length).toBeGreaterThan(0);
      expect(inspect(reading, { depth: 20 })).not.toContain(canary);
      const container = client === 'vscode' ? 'servers' : 'mcpServers';
      const target = { client, scope: 'user' as const, file, rawPath: [container, 'sheep'], name: 'sheep', project: null };
      const failure = await editFile(target, change, home.host).then(
        () => null,
        (cause: unknown) => cause,
      );
      // With its cause, its stack and everything that a crash report would print.
      expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(canary);
    }
  }
});
