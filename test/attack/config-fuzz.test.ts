import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeConfig } from '../../src/clients/config-text.ts';
import type { Dialect } from '../../src/clients/edit/edit-engine.ts';
import { engineFor } from '../../src/clients/edit/engines.ts';
import { sameJson, valueAt, withValueAt } from '../../src/clients/edit/json-value.ts';
import type { EditTarget } from '../../src/clients/locations.ts';
import { type EntryChange, type PlannedEdit, planEdit } from '../../src/clients/plan-edit.ts';
import { readEntries } from '../../src/clients/read.ts';
import { GuardError } from '../../src/model/errors.ts';
import { configHome, place, put, samples } from '../clients/config-home.ts';

const launch = { command: '/data/launcher', args: ['run', 'sheep'] };
const secret = /canary-[a-z-]{4,}/;

/** What happens to files: a bit flips, bytes are lost, doubled, replaced by what confuses parsers, the end is missing. */
const mutation = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 40 }),
  kind: fc.constantFrom('flip', 'delete', 'double', 'insert', 'truncate'),
  noise: fc.constantFrom(
    '{',
    '}',
    '"',
    ',',
    '\\',
    '/*',
    '//',
    '\n',
    '\r',
    '\0',
    '\u2028',
    '\ufeff',
    '"mcpServers":{},',
    '"__proto__":1,',
    '[[[[',
    '\xff',
  ),
});

type Mutation = { at: number; length: number; kind: string; noise: string };

/** The first client of each dialect. */
const deep = new Map(
  samples()
    .toReversed()
    .map(({ dialect, client }) => [dialect, client.id]),
);

test.each(samples().map((sample) => [`${sample.client.id}, ${sample.scope}`, sample] as const))(
  '%s: no mutation crashes, leaks, or makes an edit change more than its entry',
  async (_, { client, scope, dialect, text, expected }) => {
    const home = configHome();
    const original = Buffer.from(text);
    const file = await place(client.id, scope, original, home);
    const [first] = expected as readonly [EditTarget];
    const known: EditTarget = {
      client: client.id,
      scope: first.scope,
      file,
      rawPath: first.rawPath,
      name: first.name,
      project: home.project,
    };
    const inList = typeof first.rawPath.at(-1) === 'number';
    const last = inList ? expected.length : 'sheep';
    const fresh: EditTarget = { ...known, name: 'sheep', rawPath: [...first.rawPath.slice(0, -1), last] };
    const steps: readonly (readonly [EditTarget, EntryChange])[] = [
      [fresh, { kind: 'set', launch, replace: false }],
      [known, { kind: 'set', launch, replace: true }],
      [known, { kind: 'remove' }],
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const bytes = mutations.reduce(mutate, original);
        put(file, bytes);
        const { problems } = await readEntries({ client: client.id, project: home.project }, home.host);
        // Names of members may be quoted; a value never is, unless the damage itself made a member name of it.
        const leaked = JSON.stringify(problems.filter(({ code }) => code !== 'duplicate-key' && code !== 'invalid-entry'));
        expect(leaked).not.toMatch(secret);
        for (const [target, change] of steps) {
          const edit = await planEdit(target, change, home.host).catch((cause: unknown) => {
            if (!(cause instanceof GuardError)) throw cause;
            expect(`${cause.message} ${cause.why} ${cause.hint}`).not.toMatch(secret);
            return null;
          });
          if (edit !== null) expectOnlyTheEntry(edit, target, dialect);
        }
        expect(readFileSync(file).equals(bytes)).toBe(true);
      }),
      // Every dialect in depth once; the other clients of a dialect differ in names only.
      { numRuns: deep.get(dialect) === client.id ? 120 : 15 },
    );
  },
);

function expectOnlyTheEntry(edit: PlannedEdit, target: EditTarget, dialect: Dialect): void {
  const [before, after] = [edit.before ?? Buffer.from(''), edit.after].map((bytes) =>
    engineFor(dialect).parse(decodeConfig(bytes).text, dialect),
  );
  expect(after?.problems).toEqual([]);
  const way = target.rawPath.slice(0, -1);
  const held = valueAt(after?.value, way);
  // In a list the entry is found again by its name, so any one item may be the one.
  const lastSegments = Array.isArray(held) ? [...held.keys(), held.length] : target.rawPath.slice(-1);
  const differs = lastSegments.some((last) => {
    const rawPath = [...way, last];
    const expected = withValueAt(before?.value, rawPath, valueAt(after?.value, rawPath));
    return sameJson(after?.value, expected) || sameJson(after?.value, withValueAt(before?.value, rawPath, undefined));
  });
  const emptied = held === undefined && sameJson(after?.value, withValueAt(before?.value, way, undefined));
  const untouched = edit.before !== null && Buffer.compare(edit.before, edit.after) === 0;
  expect(differs || emptied || untouched).toBe(true);
}

function mutate(bytes: Buffer, { at, length, kind, noise }: Mutation): Buffer {
  const start = bytes.length === 0 ? 0 : at % bytes.length;
  const [head, middle, tail] = [bytes.subarray(0, start), bytes.subarray(start, start + length), bytes.subarray(start + length)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([head, Buffer.from([(bytes[start] ?? 0) ^ (1 << (length % 8))]), bytes.subarray(start + 1)]);
    case 'delete':
      return Buffer.concat([head, tail]);
    case 'double':
      return Buffer.concat([head, middle, middle, tail]);
    case 'truncate':
      return head;
    default:
      return Buffer.concat([head, Buffer.from(noise, 'latin1'), middle, tail]);
  }
}
