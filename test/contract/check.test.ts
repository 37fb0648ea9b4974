import { describe, expect, test } from 'vitest';
import { checks, runChecks } from '../../src/checks/index.ts';
import { findingCodes } from '../../src/model/finding.ts';
import { inputOf } from '../checks/input.ts';

test('no two checks give the same code', () => {
  const codes = checks.flatMap((check) => check.codes);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(Object.keys(findingCodes)).toContain(code);
});

describe.each(checks.map((check) => [check.codes.join(', '), check] as const))('%s', (_, check) => {
  test('is quiet about an honest server', () => {
    expect(check.run(inputOf())).toEqual([]);
  });

  test('does not change its input and always answers the same', () => {
    const input = inputOf({ probed: null, installScripts: ['x@1.0.0'] });
    const before = structuredClone(input);
    expect(check.run(input)).toEqual(check.run(input));
    expect(input).toEqual(before);
  });

  test('gives only the codes that it declares', () => {
    const found = check.run(
      inputOf({
        probed: null,
        installScripts: ['x@1.0.0'],
        static: { tools: [], prompts: [], resources: [], instructions: null, gaps: [] },
      }),
    );
    for (const finding of found) expect(check.codes).toContain(finding.code);
  });
});

test('an honest server has no findings at all', () => {
  expect(runChecks(inputOf())).toEqual([]);
});
