import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consoleScripts } from '../../../src/analysis/python/entry-points.ts';
import { stringValue } from '../../../src/analysis/python/literals.ts';
import { parsePython } from '../../../src/analysis/python/syntax.ts';
import { files } from '../facts.ts';
import { pythonCapabilities, pythonPackage, pythonSource, reachOf, seen } from './facts.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('files that are made to hurt', () => {
  test.each<[string, string]>([
    ['brackets', '('.repeat(200_000)],
    ['closed brackets', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['a long sum', `x = ${Array.from({ length: 50_000 }, (_, index) => `a${index}`).join(' + ')}`],
    ['a long chain', `x = a${'.b'.repeat(20_000)}`],
    ['calls of calls', `x = f${'()'.repeat(20_000)}`],
    ['blocks in blocks', Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index)}if x:`).join('\n')],
    ['lambdas in lambdas', `x = ${'lambda: '.repeat(10_000)}1`],
    ['f-strings in f-strings', `x = ${'f"{'.repeat(3_000)}`],
    ['an unclosed text', `x = """${'a'.repeat(300_000)}`],
    ['garbage', '$?!§ '.repeat(40_000)],
    ['names for names', Array.from({ length: 5_000 }, (_, index) => `a${index} = a${index + 1} or a${index + 2}`).join('\n')],
    ['one name for everything', Array.from({ length: 5_000 }, (_, index) => `a = b or c${index}\nb = a or a`).join('\n')],
  ])('%s end, and as what they are', (_, source) => {
    const found = pythonSource(`import os\n${source}\nos.system('id')\n`);
    expect(found['exec.spawn'].verdict).not.toBe('not-seen');
  });

  test('a file over the bound is not read, and that is said', () => {
    expect(parsePython(new Uint8Array(9 * 1024 * 1024))).toBe('too-large');
    expect(parsePython(Uint8Array.from([0xff, 0xfe, 0x41]))).toBe('not-text');
    expect(parsePython(bytes('# -*- coding: cp037 -*-\nx = 1'))).toBe('not-text');
    expect(parsePython(bytes('# -*- coding: latin-1 -*-\nx = 1'))).toMatchObject({ badLines: [] });
  });

  test('files that import each other end', () => {
    const found = pythonSource('from .a import x\nx("id")', {
      'own/a.py': 'from .b import *',
      'own/b.py': 'from .a import *\nfrom .server import *',
    });
    expect(found['exec.spawn'].verdict).toBe('not-seen');
  });

  test('any text is read without an exception', () => {
    const words = fc.constantFrom(
      'import ',
      'from ',
      'def f(',
      '):',
      '\n',
      '  ',
      '@',
      'os',
      '.',
      '(',
      ')',
      '[',
      "'",
      '"""',
      'f"{',
      '}',
      '=',
      'lambda',
      ' as ',
      '*',
      '%',
      'class A',
      'getattr',
      ',',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
        const source = parts.join('');
        pythonSource(source);
        pythonPackage('own', { 'own.py': source, 'setup.cfg': source, 'pyproject.toml': source, 'own.pth': source }, 'sdist');
      }),
      { numRuns: 150 },
    );
  });

  test('every text literal has the value that Python gives it', () => {
    expect(["'a\\x41\\u0042\\n'", "r'\\x41'", '"""a\n"""', "b'\\101'", "'a\\\nb'", "u'\\U0001F600'"].map(stringValue)).toEqual([
      'aAB\n',
      '\\x41',
      'a\n',
      'A',
      'ab',
      '😀',
    ]);
  });
});

describe('valid Python that the grammar does not know', () => {
  test.each([
    'x = [(yield)]',
    'def f():\n  yield',
    'a = b * 24.*3600.',
    'class C(G[*Ts]): pass',
    'with a() as (b, c):\n  q(1)',
    'with (a() as b, c() as d):\n  q(1)',
    'with a() as self.b:\n  q(1)',
    'def f():\n  with a(1) as (\n    b,\n    c,\n  ):\n    q(1)\n  r()',
    'try:\n  a()\nexcept* E:\n  b()',
    'match x:\n  case A(): pass',
    'def f[T: int](a: T, /, b, *, c) -> T: ...',
    'type X = int',
    'print(f"{a["b"]}")',
  ])('%j is read in full', (source) => {
    expect(parsePython(bytes(`${source}\n`))).toMatchObject({ badLines: [] });
  });
});

describe('reach', () => {
  test('only what the console script leads to counts; a test beside it does not', () => {
    const own = pythonPackage('own', {
      'own/__init__.py': '',
      'own/server.py': 'from . import used\nfrom .sub import deep',
      'own/used.py': '',
      'own/sub/__init__.py': 'import json',
      'own/sub/deep.py': "import os\nos.getenv('X')",
      'own/unused.py': 'import socket\nsocket.socket()',
      'tests/test_own.py': "import subprocess\nsubprocess.run(['rm'])",
    });
    expect([...(reachOf([own], 'own.server').get(own)?.keys() ?? [])].sort()).toEqual([
      'own/__init__.py',
      'own/server.py',
      'own/sub/__init__.py',
      'own/sub/deep.py',
      'own/used.py',
    ]);
    expect(seen(pythonCapabilities([own], 'own.server'))).toEqual(['env.read']);
    expect(pythonCapabilities([own], 'own.server')['env.read'].evidence[0]?.path).toEqual([
      'site-packages/own/own/server.py',
      'site-packages/own/own/sub/deep.py',
    ]);
  });

  test('what is loaded or started without a name opens the package', () => {
    const files = { 'own/__init__.py': '', 'own/a.py': 'import socket\nsocket.socket()' };
    for (const source of [
      'import importlib\nimportlib.import_module(n)',
      'import subprocess\nsubprocess.run(c)',
      "import subprocess, sys\nsubprocess.run([sys.executable, 'x.py'])",
    ]) {
      const own = pythonPackage('own', { ...files, 'own/server.py': source });
      expect(seen(pythonCapabilities([own], 'own.server'))).toContain('net.connect');
    }
    expect(seen(pythonCapabilities([pythonPackage('own', { ...files, 'own/server.py': '' })], null))).toContain('net.connect');
    expect(seen(pythonCapabilities([pythonPackage('own', { ...files, 'own/server.py': '' })], 'no.such'))).toContain('net.connect');
  });

  test('a package of the baseline is folded as long as it does what it did', () => {
    const own = pythonPackage('own', { 'own/__init__.py': '', 'own/server.py': 'import sdk' });
    const sdk = pythonPackage('sdk', { 'sdk/__init__.py': 'import socket\nsocket.socket()' });
    const base = { version: '1', date: '2026-11-27', madeFrom: [], ruleset: '', packages: { sdk: ['net.connect'] as const } };
    expect(pythonCapabilities([own, sdk], 'own.server', { baseline: base })['net.connect'].reach).toBe('baseline');
    const changed = pythonPackage('sdk', { 'sdk/__init__.py': 'import socket, os\nsocket.socket()\nos.system("x")' });
    expect(pythonCapabilities([own, changed], 'own.server', { baseline: base })['exec.spawn'].reach).toBe('closure');
  });
});

test.each<[string, Record<string, string>]>([
  ['a wheel', { 'own-1.dist-info/entry_points.txt': '[other]\nx = a:b\n[console_scripts]\nown = own.server:main\n' }],
  ['a wheel with extras and blanks', { 'own-1.dist-info/entry_points.txt': '[ console_scripts ]\n# c\nown=own.server : main [extra]\n' }],
  ['pyproject.toml', { 'pyproject.toml': '[project.scripts]\nown = "own.server:main"' }],
  ['poetry', { 'pyproject.toml': '[tool.poetry.scripts]\nown = "own.server:main"' }],
  ['setup.cfg', { 'setup.cfg': '[options.entry_points]\nconsole_scripts =\n    own = own.server:main\n' }],
  ['setup.py', { 'setup.py': "setup(entry_points={'console_scripts': ['own = own.server:main']})" }],
])('console scripts of %s', (_, contents) => {
  expect(consoleScripts(files(contents))).toMatchObject([{ name: 'own', module: 'own.server', attribute: 'main' }]);
});
