import { limits } from '../../model/limits.ts';
import type { ToolsElsewhere } from '../../model/manifest.ts';
import { type TextField, textFields, type Words } from './field.ts';
import { type Origin, type Reading, type ReadingKind, readingOverFields, readingsOf } from './reading.ts';
import { type NameSpace, referencesIn, unseparated } from './references.ts';
import { type SignalLevel, signalLevels, type TextRule } from './rule.ts';
import { commandRules } from './rules/commands.ts';
import { dataRules } from './rules/data.ts';
import { languageRules } from './rules/languages.ts';
import { orderingRules } from './rules/ordering.ts';
import { shapeRules } from './rules/shape.ts';
import { squashedRules } from './rules/squashed.ts';
import { shadowing, shadowingSignals } from './shadowing.ts';
import type { Signal } from './signal.ts';

/** Combined from the others of one item, so that it has no text of its own. */
export const combination = { id: 'several-signals', level: 'high' } as const;
/** Not about a text either: what was not read is said. */
export const unread = { id: 'not-read-to-the-end', level: 'high' } as const;

const sentenceRules: readonly TextRule[] = [...orderingRules, ...commandRules, ...dataRules, ...languageRules];

/** Every rule with its highest level, in the order of docs/signals/README.md. */
export const signalRules: readonly { readonly id: string; readonly level: SignalLevel }[] = [
  ...sentenceRules,
  ...squashedRules,
  ...shapeRules,
  shadowing,
  combination,
  unread,
].map(({ id, level }) => ({ id, level }));

/**
 * What the words of a server look like to somebody who expects the worst, in listing order; at most one signal per rule
 * and text. `elsewhere` are the tools of the user's other servers. Pure, and bounded by `limits.signal…`.
 */
export function textSignals(words: Words, elsewhere: readonly ToolsElsewhere[] = []): readonly Signal[] {
  const { fields, complete } = textFields(words);
  const names = nameSpace(fields, elsewhere);
  const found: Signal[] = [];
  for (const item of bySubject(fields)) found.push(...signalsOfItem(item, names));
  found.push(...shadowingSignals(fields, elsewhere));
  const last = fields.at(-1);
  if (!complete && last !== undefined) found.push({ ...wholeField(last), rule: unread.id, level: unread.level });
  return found;
}

function signalsOfItem(item: readonly TextField[], names: NameSpace): readonly Signal[] {
  const found = item.flatMap((field) => signalsOfField(field, names));
  const prose = item.filter(({ kind }) => kind === 'prose' || kind === 'value');
  if (prose.length > 1) {
    const fired = new Set(found.map(({ rule }) => rule));
    found.push(
      ...inReading(readingOverFields(prose.slice(0, limits.signalMaxJoinedFields)), [...commandRules, ...orderingRules], names).filter(
        ({ rule, level }) => level === 'high' && !fired.has(rule),
      ),
    );
  }
  const middle = new Set(found.filter(({ level }) => level === 'medium').map(({ rule }) => rule));
  const [first] = found;
  if (first !== undefined && middle.size > 1 && levelOf(found) !== 'high')
    found.push({ ...first, rule: combination.id, level: combination.level });
  return found;
}

/** The highest level among signals; null = none. */
export function levelOf(signals: readonly Pick<Signal, 'level'>[]): SignalLevel | null {
  return signals.reduce<SignalLevel | null>(
    (highest, { level }) => (highest === null || weight(level) > weight(highest) ? level : highest),
    null,
  );
}

function weight(level: SignalLevel): number {
  return signalLevels.indexOf(level);
}

function signalsOfField(field: TextField, names: NameSpace): readonly Signal[] {
  const read = field.text.length > limits.signalMaxChars ? { ...field, text: field.text.slice(0, limits.signalMaxChars) } : field;
  const found = shapeRules.flatMap((rule) =>
    rule
      .find(field)
      .map((hit): Signal => ({ rule: rule.id, level: hit.level ?? rule.level, reading: 'written', field, start: hit.start, end: hit.end })),
  );
  for (const reading of readingsOf(read)) {
    const rules = reading.kind === 'letters-apart' ? squashedRules : sentenceRules;
    found.push(
      ...inReading(reading, rules, names).filter((signal) => believable(signal) && !found.some(({ rule }) => rule === signal.rule)),
    );
  }
  return found;
}

/** Text that only speaks when it is turned around says something by chance; a strong phrase does not. */
function believable({ reading, level }: Signal): boolean {
  return level === 'high' || !(reading === 'rot13' || reading === 'backwards');
}

function inReading(reading: Reading, rules: readonly TextRule[], names: NameSpace): readonly Signal[] {
  const found = new Map<string, Signal>();
  for (const { start, end } of sentencesOf(reading.text)) {
    const origin = reading.origin(start, end);
    if (origin === null) continue;
    const { field } = origin;
    const cased = reading.cased.slice(start, end);
    const sentence = {
      text: reading.text.slice(start, end),
      cased,
      kind: field.kind,
      references: referencesIn(cased, selfOf(field), names),
    };
    for (const rule of rules) {
      for (const hit of rule.find(sentence)) {
        const place = reading.origin(start + hit.start, start + hit.end);
        if (place !== null)
          keep({ rule: rule.id, level: raised(hit.level ?? rule.level, reading.kind), reading: reading.kind, ...place }, found);
      }
    }
  }
  return [...found.values()];
}

/** Whoever writes a suspicious sentence so that it is overlooked meant it. */
function raised(level: SignalLevel, reading: ReadingKind): SignalLevel {
  return level === 'medium' && reading !== 'written' && reading !== 'unbroken' && reading !== 'percent' ? 'high' : level;
}

function keep(signal: Signal, found: Map<string, Signal>): void {
  const before = found.get(signal.rule);
  if (before === undefined || weight(signal.level) > weight(before.level)) found.set(signal.rule, signal);
}

/** Sentences of folded text, each at most so long that a pattern cannot take its time. */
function sentencesOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { 0: sentence, index } of text.matchAll(/[^\n]+?(?:[.!?。！？]+(?=[\s"')\]]|$)|[。！？]|(?=\n)|$)/g)) {
    // What is said begins behind the space: rules look at the first word.
    for (let at = sentence.search(/\S|$/); at < sentence.length; at += sentenceStep) {
      found.push({ start: index + at, end: Math.min(index + sentence.length, index + at + sentenceMax) });
    }
  }
  return found;
}

const sentenceMax = 1_000;
const sentenceStep = 800;

function nameSpace(fields: readonly TextField[], elsewhere: readonly ToolsElsewhere[]): NameSpace {
  const ownTools = new Set<string>();
  const ownWords = new Set<string>();
  for (const { kind, text, subject } of fields) {
    if (kind === 'name' && /^(?:tools|prompts)\//.test(subject)) ownTools.add(unseparated(text));
    else if (kind !== 'prose') ownWords.add(unseparated(text));
  }
  return { ownTools, ownWords, otherTools: new Set(elsewhere.flatMap(({ tools }) => tools.map((name) => name.toLowerCase()))) };
}

function bySubject(fields: readonly TextField[]): readonly (readonly TextField[])[] {
  const items = new Map<string, TextField[]>();
  for (const field of fields) {
    const item = items.get(field.subject);
    if (item === undefined) items.set(field.subject, [field]);
    else item.push(field);
  }
  return [...items.values()];
}

function selfOf({ subject }: TextField): string {
  return subject.replace(/^(?:tools|prompts)\//, '').toLowerCase();
}

function wholeField(field: TextField): Origin & { readonly reading: ReadingKind } {
  return { field, start: 0, end: Math.min(field.text.length, 1), reading: 'written' };
}
