import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const dist = join(import.meta.dirname, '..', '..', 'dist');
const bundles = readdirSync(dist).filter((name) => /^run-.*\.mjs$/.test(name));

/** The copy that entries start has no `node_modules` beside it: what a session loads when it has to must bring all that it needs. */
describe('in a launcher copy, by itself', () => {
  test('there are such files', () => {
    expect(bundles.length).toBeGreaterThan(5);
  });
  test.each(bundles)('%s can be loaded', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinfold-copy-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const one of bundles) copyFileSync(join(dist, one), join(folder, one));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const script = `import('./${name}').then((loaded) => console.log(Object.keys(loaded).length > 0))`;
    expect(execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' })).toBe('true\n');
  });
});
