import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  npmLogLevels,
  npmShorthands,
  npmSwitches,
  npmUnsteadyOptions,
  npmValueOptions,
  npxRemovedOptions,
} from '../../src/sources/launch/npm-options.ts';
import { parseLaunch } from '../../src/sources/launch.ts';
import { isNpmSpec, parseNpmSpec } from '../../src/sources/npm-spec.ts';
import { installedNpm, npmParser } from '../support/npm-parser.ts';

const npm = npmParser(installedNpm());

/** What pinfold names must be what npm would take, in every part that pinfold states. */
function expectSame(mode: 'npx' | 'npm', args: readonly string[]): void {
  const ours = parseLaunch(mode, args);
  // `npx npx …` and the like are read on; their outer part is compared by itself.
  if (ours.package === null || ours.runner !== mode || ours.packages.length !== 1) return;
  const theirs = npm(mode, args);
  expect({ prints: theirs.prints, call: theirs.call, command: theirs.command }).toEqual({ prints: false, call: '', command: 'exec' });
  expect(theirs.packages.length).toBeLessThan(2);
  const named = theirs.packages[0];
  const [first, ...behind] = theirs.words;
  const spec = parseNpmSpec(named ?? first ?? '');
  expect(spec.name).toBe(ours.package.name);
  if (ours.npm === null) return;
  expect(isNpmSpec(spec)).toBe(true);
  expect(ours.npm).toMatchObject({
    name: spec.name,
    spec: isNpmSpec(spec) ? spec.spec : '?',
    bin: named === undefined ? null : first,
    serverArgs: behind,
  });
}

const names = [...npmSwitches, ...npmValueOptions, ...npmUnsteadyOptions, ...npmShorthands.keys(), ...npmLogLevels, ...npxRemovedOptions];
const option = fc.oneof(fc.constantFrom(...names), fc.constantFrom('package', 'p', 'c', 'call', 'yes', 'y', 'no', 'quiet', 'foo', 'color'));
const value = fc.constantFrom(
  ...[
    'good',
    'evil',
    '@s/good@1',
    'evil@npm:good',
    'owner/repo',
    './x',
    'true',
    'false',
    'null',
    'always',
    '',
    '1',
    'exec',
    'a=b',
    ' good',
  ],
  ...['-p', '--', '-', '---', '--package', '-y', '--foo', '--package=evil', '-1'],
);
const letters = fc.string({ unit: fc.constantFrom(...'ypcwnqsdgflahvSBCLmH?'), minLength: 1, maxLength: 4 });
const word = fc.oneof(
  { weight: 3, arbitrary: value },
  fc.tuple(fc.constantFrom('-', '--', '---', '--no-', '--NO-', '--no-no-'), option).map(([dashes, name]) => `${dashes}${name}`),
  fc.tuple(fc.constantFrom('-', '--'), option, value).map(([dashes, name, text]) => `${dashes}${name}=${text}`),
  fc.tuple(fc.constantFrom('-', '--'), letters).map(([dashes, text]) => `${dashes}${text}`),
  fc.tuple(option, fc.nat(9)).map(([name, end]) => `--${name.slice(0, end)}`),
  fc.constantFrom('--constructor', '--__proto__', '--no-toString', '--valueOf=x', '\u2013\u2013package', '\u2212p'),
);

describe.each(['npx', 'npm'] as const)('%s', (mode) => {
  test('resolves no argv to another package than npm itself', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 7 }), (args) => expectSame(mode, mode === 'npm' ? ['exec', ...args] : args)),
      { numRuns: 8000 },
    );
  });

  test('every option of its table reads the next word as npm does', () => {
    for (const name of names.filter((one) => !npmUnsteadyOptions.has(one))) {
      for (const text of [`--${name}`, `-${name}`, `--no-${name}`, `--${name}=x`, `--${name}=true`, `-${name}=x`]) {
        const exec = mode === 'npm' ? ['exec'] : [];
        for (const line of [[text, 'one', 'two'], [text, 'one', '-p', 'three'], ['one', text, 'two'], [text, 'true', 'two'], [text]])
          expectSame(mode, [...exec, ...line]);
      }
    }
  });
});

/** Each of these names `good` to a reader who skims it, or to a scanner that skips "the value" of what it does not know. */
test.each<[string, readonly string[]]>([
  ['an unknown option does not take a value', ['--foo', 'evil', 'good']],
  ['a switch makes its value a word', ['--yes=evil', 'good']],
  ['a short switch does so, too', ['-y=true', 'good']],
  ['a value that looks like an option is one', ['--registry=--package=evil', 'good']],
  ['an option as value of another', ['--registry', '-p', 'evil', 'good']],
  ['-- as value of an unknown option', ['--foo=--', '-p', 'evil', 'good']],
  ['an option whose value was never one', ['--no-package', 'evil', 'good']],
  ['an option that npx removes with its value', ['-n', 'good', 'evil']],
  ['… by its long name', ['--node-arg', 'good', 'evil']],
  ['`--no` is a `no-` form, and npx reads on behind the word after it', ['--no', 'good', '-p', 'evil']],
  ['`--local` is one, too', ['--local', 'good', '-p', 'evil']],
  ['--browser swallows the -- that npx adds', ['--browser', 'good', '--package', 'evil']],
  ['an option that only some versions know', ['--min-release-age', 'evil', 'good']],
  ['a shortened option', ['--packag=evil', 'good']],
  ['a shortened short name', ['--enjoy', 'good', '-p', 'evil']],
  ['a name that every object has', ['--constructor', 'good', '-p', 'evil']],
  ['a cluster with a letter that takes a value', ['--yc', 'evil', 'good']],
  ['another shell as the program', ['--script-shell', './evil', 'good']],
  ['a second package', ['-p', 'good', '-p', 'evil', 'good']],
  ['an empty word', ['', 'good']],
  ['a dash from another alphabet is a word', ['\u2013p', 'good']],
  ['a value that the client fills in', ['--loglevel', '${A}', 'good']],
  ['… behind an equals sign', ['--loglevel=${A}', 'good']],
  ['a package that the client fills in', ['${A:-good}']],
  ['a NUL', ['good\0@evil']],
])('npx: %s', (_what, args) => {
  const { package: unit, npm: reference } = parseLaunch('npx', ['-y', ...args]);
  expect(reference?.name ?? 'none').not.toBe('good');
  expect(unit?.name ?? 'none').not.toBe('good');
  expectSame('npx', ['-y', ...args]);
});

test.each(['--NO-versions', '--no-version', '--no-usage'])('npm exec %s false prints, and starts nothing', (option) => {
  expect(parseLaunch('npm', ['exec', option, 'false', 'good']).package).toBeNull();
});

test('what variables and files of settings decide is not read as if they were not there', () => {
  const read = (...environment: readonly string[]) => parseLaunch('npx', ['-y', 'good'], environment);
  expect(read('TOKEN', 'PATH', 'npm_config_loglevel', 'NPM_CONFIG_YES').npm?.name).toBe('good');
  for (const name of ['npm_config_package', 'NPM_CONFIG_PACKAGE', 'npm_config_call', 'npm_config_script_shell', 'npm_config_userconfig']) {
    expect(read('TOKEN', name)).toMatchObject({ package: null, npm: null, unresolved: `the variable ${name} changes what npx starts` });
    expect(parseLaunch('env', [`${name}=evil`, 'npx', '-y', 'good']).package).toBeNull();
    expect(parseLaunch('sh', ['-c', `export ${name}=evil && npx -y good`]).package).toBeNull();
    expect(parseLaunch('cmd', ['/c', `set ${name}=evil&& npx -y good`]).package).toBeNull();
  }
  expect(read('npm_config_registry')).toMatchObject({ package: { name: 'good' }, npm: null });
  expect(read('npm_config_@s:registry').npm).toBeNull();
  // Another runtime does not read them.
  expect(parseLaunch('uvx', ['good'], ['npm_config_package']).package?.name).toBe('good');
});
