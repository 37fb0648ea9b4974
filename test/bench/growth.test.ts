import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The benchmark is no part of the suite, and nothing types its rules: once they lacked what a session had come to need. */
test('the bench can still put lists through the gate', () => {
  const script = `import('./bench/growth.mjs').then(({ gateGrowth }) => console.log(Number.isFinite(gateGrowth(1))))`;
  expect(execFileSync(process.execPath, ['-e', script], { cwd: join(import.meta.dirname, '..', '..'), encoding: 'utf8' })).toBe('true\n');
});
