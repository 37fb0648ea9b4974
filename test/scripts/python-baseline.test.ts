import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonRulesetId } from '../../src/analysis/python/ruleset.ts';
import { temporaryHome } from '../support/home.ts';
import { type PythonPackage, wheel } from '../support/wheel.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'make-python-baseline.mjs');

const sdk: PythonPackage = {
  name: 'the-sdk',
  version: '1.2.0',
  files: { 'the_sdk/__init__.py': 'import socket\nsocket.create_connection(("h.example", 1))\nopen("x")\n' },
};

function make(packages: readonly PythonPackage[]) {
  const { home, env } = temporaryHome();
  const wheels = join(home, 'wheels');
  mkdirSync(wheels);
  mkdirSync(join(home, 'tmp'));
  for (const pkg of packages) writeFileSync(join(wheels, `${pkg.name.replaceAll('-', '_')}-${pkg.version}-py3-none-any.whl`), wheel(pkg));
  const out = join(home, 'baseline.ts');
  const done = spawnSync(process.execPath, [script, '--wheels', wheels, '--out', out], { env, encoding: 'utf8' });
  return { ...done, text: () => readFileSync(out, 'utf8') };
}

test('the baseline says what was read, when, by which rules, and what was seen', () => {
  const done = make([sdk, { name: 'quiet', version: '2', files: { 'quiet.py': 'x = 1\n' } }]);
  expect([done.status, done.stderr]).toEqual([0, expect.any(String)]);
  const literal = /Baseline = (\{[\s\S]*\});/.exec(done.text())?.[1] ?? '';
  const made = new Function(`return ${literal}`)() as Record<string, unknown>;
  expect(made).toEqual({
    version: '1',
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    madeFrom: ['quiet@2', 'the-sdk@1.2.0'],
    ruleset: pythonRulesetId,
    packages: { quiet: [], 'the-sdk': ['fs.read', 'net.connect'] },
  });
});

test('a folder without wheels makes no baseline', () => {
  const done = make([]);
  expect(done.status).not.toBe(0);
  expect(done.stderr).toContain('there are no wheels');
  expect(done.text).toThrow();
});
