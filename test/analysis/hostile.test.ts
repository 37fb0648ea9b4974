import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysePackage } from '../../src/analysis/analyse-package.ts';
import { analyseSource } from '../../src/analysis/source.ts';
import { nestsTooDeep } from '../../src/analysis/syntax/nesting.ts';
import { staticManifest } from '../../src/analysis/tools.ts';
import { files } from './facts.ts';

const pieces = fc.constantFrom(
  'require(',
  'import(',
  "'child_process'",
  ')',
  '{',
  '}',
  '`',
  '${',
  '/',
  '"',
  "'",
  'process.env',
  '.x',
  '=',
  'a',
  ';',
  '\n',
  '=>',
  '[',
  ']',
  'const ',
  'eval',
  ',',
  '\\',
  '//',
  '/*',
  '*/',
);

test('no bytes crash it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('a.js', 'a.ts', 'a.cjs', 'package.json', 'a.node'), (bytes, path) => {
      const pkg = [{ path, bytes, executable: false }];
      expect(analysePackage({ name: 'x', version: '1.0.0', path: 'node_modules/x' }, pkg).files).toEqual([path]);
      staticManifest(pkg);
    }),
    { numRuns: 300 },
  );
});

test('no mixture of code crashes it, and the answer is always the same', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const [file] = files({ 'a.js': parts.join('') });
      if (file === undefined) return;
      expect(analyseSource(file)).toEqual(analyseSource(file));
    }),
    { numRuns: 500 },
  );
});

const n = 150_000;
test.each([
  ['parentheses', '('.repeat(n)],
  ['arrows', 'a=>'.repeat(n)],
  ['templates', '`${'.repeat(n)],
  ['conditions', 'if(a)'.repeat(n)],
  ['else', 'if(a);else '.repeat(n)],
  ['negations', `x=${'!'.repeat(n)}1`],
  ['sums over lines', `x=1${'\n+1'.repeat(n)}`],
  ['ternaries', `x=${'a?b:'.repeat(n)}1`],
  ['member calls', `x=a${'.b()'.repeat(n)}`],
  ['words', 'new '.repeat(n)],
  ['brackets behind a regular expression', `x=1;if(x)/'/;${'['.repeat(n)}`],
  ['brackets behind an unclear slash', `{}/'/;${'['.repeat(n)};/'/`],
  ['brackets behind an HTML comment', `<!-- '\n${'['.repeat(n)}`],
  ['brackets in a hole', `x=\`\${'\`'}\`+${'['.repeat(n)}`],
])('%s in great number are refused before they reach the parser', (_, source) => {
  expect(nestsTooDeep(source)).toBe(true);
  expect(analyseSource({ path: 'a.js', bytes: new TextEncoder().encode(source) }).unreadable).toBe('too-deep');
});

test.each([
  ['statements without semicolons', Array.from({ length: 20_000 }, (_, i) => `const a${i} = ${i} + 1`).join('\n')],
  ['one long array', `x=[${'1,'.repeat(n)}]`],
  ['brackets in strings', `x=[${'"(((", '.repeat(50_000)}]`],
  ['brackets in regular expressions', 'x = /[(]["\'`]/.test(y);\n'.repeat(20_000)],
  ['divisions', 'x = (a) / 2 / b[0] / c;\n'.repeat(20_000)],
  ['comments', '/* ((( */ // [[[\n'.repeat(20_000)],
  ['base64', `x = "${'+/ab'.repeat(100_000)}"`],
])('%s are not', (_, source) => {
  expect(nestsTooDeep(source)).toBe(false);
});
