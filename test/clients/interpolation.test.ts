import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clients } from '../../src/clients/index.ts';
import { placeholdersIn, type Syntax, translate } from '../../src/clients/interpolation.ts';

describe('placeholders', () => {
  test.each([
    ['${env:TOKEN} and ${workspaceFolder}/x', ['env', 'folders'], ['${env:TOKEN}', '${workspaceFolder}']],
    ['${TOKEN:-none}', ['braces-default'], ['${TOKEN:-none}']],
    ['$HOME ${HOME} $(id)', ['dollar', 'braces', 'shell'], ['$HOME', '${HOME}', '$(id)']],
    ['{env:TOKEN} {file:./secret}', ['single-braces'], ['{env:TOKEN}', '{file:./secret}']],
    ['${input:key} ${cmd: pass show x}', ['input', 'cmd'], ['${input:key}', '${cmd: pass show x}']],
    ['${{ secrets.KEY }}', ['secrets', 'double-braces'], ['${{ secrets.KEY }}']],
    ['${HOME}', [], []],
    ['${', ['braces', 'env', 'folders'], []],
  ] as const)('%s', (text, syntaxes, expected) => {
    expect(placeholdersIn(text, syntaxes).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });
});

describe('a text for another client', () => {
  test.each<[string, readonly Syntax[], readonly Syntax[], string | null]>([
    ['Bearer ${env:TOKEN}', ['env'], ['braces-default'], 'Bearer ${TOKEN}'],
    ['Bearer ${TOKEN}', ['braces-default'], ['env', 'folders'], 'Bearer ${env:TOKEN}'],
    ['{env:TOKEN}', ['single-braces'], ['braces'], '${TOKEN}'],
    ['${TOKEN:-none}', ['braces-default'], ['braces-default'], '${TOKEN:-none}'],
    ['${workspaceFolder}/notes', ['folders'], ['env', 'folders'], '${workspaceFolder}/notes'],
    ['plain', ['env'], [], 'plain'],
    // What the other client cannot say.
    ['${TOKEN:-none}', ['braces-default'], ['env'], null],
    ['${env:TOKEN}', ['env'], [], null],
    ['${workspaceFolder}', ['folders'], ['braces'], null],
    ['${input:key}', ['input'], ['input'], null],
    ['$(pass show key)', ['shell'], ['braces'], null],
    // Literal for one client, a placeholder for the other: a password with a dollar would be filled in.
    ['pa$word', ['env'], ['dollar'], null],
    ['${HOME}', [], ['braces'], null],
  ])('%s from %j to %j', (text, from, to, expected) => {
    expect(translate(text, from, to)).toBe(expected);
  });

  test('keeps what it means, there and back, between any two clients', () => {
    const syntaxes = clients.map(({ interpolation }) => interpolation);
    const word = fc.constantFrom('$', '{', '}', 'env:', 'HOME', ':-', '${TOKEN}', '${env:TOKEN}', '{env:TOKEN}', '$TOKEN', '/', ' ', '${');
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(...syntaxes), fc.constantFrom(...syntaxes), (original, from, to) => {
        const there = translate(original, from, to);
        if (there === null) return;
        expect(placeholdersIn(there, to)).toHaveLength(placeholdersIn(original, from).length);
        const back = translate(there, to, from);
        expect(back === null ? null : placeholdersIn(back, from).length).toBe(back === null ? null : placeholdersIn(original, from).length);
      }),
      { numRuns: 2000 },
    );
  });
});
