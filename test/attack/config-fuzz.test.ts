import { readFileSync } from 'node:fs';
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeConfig } from '../../src/clients/config-text.ts';
import type { Dialect } from '../../src/clients/edit/editable-text.ts';
import type { EditTarget } from '../../src/clients/locations.ts';
import { type EntryChange, type PlannedEdit, planEdit } from '../../src/clients/plan-edit.ts';
import { readEntries } from '../../src/clients/read.ts';
import { GuardError } from '../../src/model/errors.ts';
import { type ConfigHome, configHome, place, put, type Sample, samples } from '../clients/config-home.ts';
import { type Mutation, mutate, mutation } from './mutations.ts';
import { readIndependently, textWithout, valueIn, without } from './second-opinion.ts';

const launch = { command: '/data/launcher', args: ['run', 'sheep'] };
const secret = /canary-[a-z-]{4,}/;
const everything = samples();
const nothing: unknown = Object.create(null);

/** The first client of each dialect. */
const deep = new Map(everything.toReversed().map(({ dialect, client }) => [dialect, client.id]));

/** How often each kind of edit was written rather than refused: a fuzz that only ever sees refusals tests nothing. */
const written = new Map<string, number>();

test.each(everything.map((sample) => [`${sample.client.id}, ${sample.scope}`, sample] as const))(
  '%s: no mutation crashes, leaks, or makes an edit change more than its entry',
  async (_, sample) => {
    const { client, scope, dialect } = sample;
    const home = configHome();
    const original = Buffer.from(sample.text);
    const file = await place(client.id, scope, original, home);
    const others = everything.filter((other) => other.dialect === dialect).map(({ text }) => Buffer.from(text));
    const known = targetIn(sample, file, home);
    const inList = typeof known.rawPath.at(-1) === 'number';
    const fresh: EditTarget = {
      ...known,
      name: 'sheep',
      rawPath: [...known.rawPath.slice(0, -1), inList ? sample.expected.length : 'sheep'],
    };
    const edits: readonly (readonly [EditTarget, EntryChange])[] = [
      [fresh, { kind: 'set', launch, replace: false }],
      [known, { kind: 'set', launch, replace: true }],
      [known, { kind: 'switch', on: false, project: home.project }],
      [known, { kind: 'switch', on: true, project: home.project }],
      [known, { kind: 'remove' }],
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations: readonly Mutation[]) => {
        const bytes = mutations.reduce<Buffer>((now, one) => mutate(now, one, others), original);
        put(file, bytes);
        await expectQuietReading(client.id, home);
        for (const [target, change] of edits) {
          const edit = await planned(target, change, home);
          if (edit === null) continue;
          written.set(change.kind, (written.get(change.kind) ?? 0) + 1);
          expectOnlyTheEntry(edit, change, sample, home.project);
          // A list of names elsewhere in the file is not in the entry's text.
          if (change.kind !== 'switch' || client.switch.kind === 'member') await expectWayBack(edit, change, file, home, dialect);
          put(file, bytes);
        }
        // Planning writes nothing, whatever came of it.
        expect(readFileSync(file).equals(bytes)).toBe(true);
      }),
      // Every dialect in depth once; the other clients of a dialect differ in names only. More of them to look for more.
      { numRuns: Number(process.env['PINFOLD_FUZZ_RUNS'] ?? (deep.get(dialect) === client.id ? 120 : 15)) },
    );
  },
);

test('edits of damaged files were written, and not only refused', () => {
  for (const kind of ['set', 'switch', 'remove']) expect(written.get(kind) ?? 0, kind).toBeGreaterThan(100);
});

function targetIn({ client, expected }: Sample, file: string, home: ConfigHome): EditTarget {
  const [first] = expected as readonly [EditTarget];
  return { client: client.id, scope: first.scope, file, rawPath: first.rawPath, name: first.name, project: home.project };
}

async function expectQuietReading(client: string, home: ConfigHome): Promise<void> {
  const { problems } = await readEntries({ client, project: home.project }, home.host);
  // Names of members may be quoted; a value never is, unless the damage itself made a member name of it.
  const quoting = problems.filter(({ code }) => code !== 'duplicate-key' && code !== 'invalid-entry');
  expect(JSON.stringify(quoting)).not.toMatch(secret);
}

/** null = refused. Whatever is thrown is one of ours, and a crash report of it would hold no secret. */
async function planned(target: EditTarget, change: EntryChange, home: ConfigHome): Promise<PlannedEdit | null> {
  try {
    return await planEdit(target, change, home.host);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    // Member names may be quoted in its reason, see above; the message, the way out and the causes name nothing of the file.
    expect(`${cause.message} ${cause.hint} ${inspect(cause.cause)}`).not.toMatch(secret);
    if (!/occurs twice/.test(cause.why ?? '')) expect(cause.why).not.toMatch(secret);
    return null;
  }
}

/**
 * Other parsers than the engines' own reading: what they see differs in the entry and nowhere else, and every character
 * outside of the entry is still there and in its order. White space and commas between members are the edit's own.
 */
function expectOnlyTheEntry(edit: PlannedEdit, change: EntryChange, { client, dialect }: Sample, project: string): void {
  const [before, after] = [edit.before ?? Buffer.from(''), edit.after].map((bytes) => decodeConfig(bytes).text) as [string, string];
  const [was, is] = [readIndependently(before, dialect) ?? nothing, readIndependently(after, dialect) ?? nothing];
  let path = placeOf(edit.target, was);
  if (change.kind === 'switch' && client.switch.kind === 'names') path = client.switch.at(path, project, edit.target.scope) ?? path;
  // What had to be made on the way, or was empty and went with the entry, belongs to it.
  const own = path.map((_, at) => path.slice(0, at + 1)).find((one) => isNothing(valueIn(was, one)) !== isNothing(valueIn(is, one)));
  const way = own ?? path;
  // In a list the next one has moved into its place.
  const gone = change.kind === 'remove' && !isDeepStrictEqual(was, is);
  const shown = `${inspect(was, { depth: 9 })}\n→ ${inspect(is, { depth: 9 })}`;
  expect(isDeepStrictEqual(gone ? is : without(is, way), without(was, way)), shown).toBe(true);
  if (change.kind === 'set') expect(JSON.stringify(valueIn(is, path))).toContain(launch.command);
  // A comment behind the last member that goes is behind the entry afterwards. That none outside is lost is seen on the way back.
  const plain = (text: string) => (dialect.startsWith('json') ? text : text.replace(/#[^\n]*/g, '')).replace(/[\s,]/g, '');
  const rest = plain(gone ? after : textWithout(after, way, dialect));
  // A document of JSON had to be made where there was none.
  expect(was === nothing && dialect.startsWith('json') ? rest.replace(/\{\}$/, '') : rest, shown).toBe(
    plain(textWithout(before, way, dialect)),
  );
}

/** A key without a value, in YAML, says nothing. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Where the entry is: in a list, by its name. */
function placeOf({ rawPath, name }: EditTarget, document: unknown): readonly (string | number)[] {
  const last = rawPath.at(-1);
  if (typeof last !== 'number') return rawPath;
  const way = rawPath.slice(0, -1);
  const held = valueIn(document, way);
  const items: readonly unknown[] = Array.isArray(held) ? held : [];
  const isIt = (item: unknown) => valueIn(item, ['name']) === name;
  if (isIt(items[last])) return rawPath;
  const found = items.findIndex(isIt);
  return [...way, found < 0 ? items.length : found];
}

/**
 * An entry that was new goes, one that changed gets its text back: then the file holds exactly the bytes from before. A map
 * of servers that had to be made stays in JSON, empty, and a key of YAML without a value goes; both mean what they meant.
 * One that was removed comes back with its value, at the end, or is refused: nobody knows any more where it stood.
 */
async function expectWayBack(edit: PlannedEdit, change: EntryChange, file: string, home: ConfigHome, dialect: Dialect): Promise<void> {
  put(file, edit.after);
  const { entryBefore, target } = edit;
  const undo: EntryChange = entryBefore === null ? { kind: 'remove' } : { kind: 'restore', entryText: entryBefore };
  if (change.kind === 'remove') {
    const back = await planned(target, undo, home);
    if (back !== null) expectSameEntry(edit.before, back.after, target, dialect);
    return;
  }
  const back = Buffer.from((await planEdit(target, undo, home.host)).after);
  const [before, after] = [Buffer.from(edit.before ?? ''), back].map((bytes) => readIndependently(decodeConfig(bytes).text, dialect));
  const map = target.rawPath.slice(0, -1);
  const made = map.findIndex((_, at) => isNothing(valueIn(before, map.slice(0, at + 1))));
  const key = map.slice(0, made + 1);
  if (made >= 0 && valueIn(before, key) !== valueIn(after, key)) {
    expect(without(after ?? nothing, key)).toEqual(without(before ?? nothing, key));
    return;
  }
  const shown = `${change.kind} of ${target.name}: ${inspect(decodeConfig(edit.after).text)}`;
  // White space alone, before a first entry.
  if (decodeConfig(edit.before ?? Buffer.from('')).text.trim() === '') {
    expect(decodeConfig(back).text.trim(), shown).toBe('');
    return;
  }
  expect(back.toString(), shown).toBe(Buffer.from(edit.before ?? '').toString());
  expect(back.equals(edit.before ?? Buffer.from('')), shown).toBe(true);
}

function expectSameEntry(before: Uint8Array | null, after: Uint8Array, target: EditTarget, dialect: Dialect): void {
  const [was, is] = [before ?? Buffer.from(''), after].map((bytes) => readIndependently(decodeConfig(bytes).text, dialect));
  expect(valueIn(is, placeOf(target, is))).toEqual(valueIn(was, placeOf(target, was)));
}
