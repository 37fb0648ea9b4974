import { expect, test } from 'vitest';
import { compareServer, tallyAlarms, tallyCarried, tallyClasses, tallyTools, totalOf } from '../../scripts/accuracy/compare.mjs';
import { classes, type Label, parseLabel, readLabels } from '../../scripts/accuracy/labels.mjs';
import { accuracyPage } from '../../scripts/accuracy/page.mjs';
import { printResult } from '../../scripts/accuracy/print.mjs';
import { capabilityClasses } from '../../src/model/capability.ts';

const label: Label = {
  server: '@lab/loom@1.2.3',
  kind: 'server',
  toolsIn: 'code',
  args: [],
  tools: ['spin', 'weave'],
  toolsOtherwise: [],
  toolsNote: 'a run without network',
  own: Object.fromEntries(classes.map((of) => [of, ['no', 'read whole']] as const)),
  through: [],
  corrected: [],
};

const labelled = (own: Record<string, readonly [string, string]>, rest: Partial<Label> = {}): Label => ({
  ...label,
  own: { ...label.own, ...own },
  ...rest,
});

const seen = (reach: string, through: string | null = null) => ({
  verdict: 'seen',
  reach,
  evidence: [{ file: 'node_modules/@lab/loom/a.js', line: 3, level: 'call-site', through, path: [] }],
});

const disclosure = (said: Record<string, object>, rest: object = {}) => ({
  capabilities: classes.map((of) => ({ class: of, verdict: 'not-seen', reach: 'own', evidence: [], ...said[of] })),
  manifest: { static: { tools: [{ name: 'spin' }, { name: 'weave' }], gaps: [] } },
  findings: [],
  ...rest,
});

const isOf = (compared: ReturnType<typeof compareServer>, of: string) => compared.classes.find((one) => one.class === of)?.is;

test('the classes are those of the model, in its order', () => {
  expect(classes).toEqual(Object.keys(capabilityClasses));
});

test('every label file is complete, and none stands twice', () => {
  const labels = readLabels();
  expect(labels.length).toBeGreaterThanOrEqual(30);
  expect(new Set(labels.map(({ server }) => server)).size).toBe(labels.length);
  for (const one of labels) expect(Object.keys(one.own)).toEqual(classes);
});

test.each([
  ['a range instead of a version', { server: '@lab/loom@^1.2.3' }],
  ['no version', { server: '@lab/loom' }],
  ['a class left out', { own: Object.fromEntries(Object.entries(label.own).slice(1)) }],
  ['a word without a reason', { own: { ...label.own, persist: ['yes', ''] } }],
  ['a word that is none of the three', { own: { ...label.own, persist: ['maybe', 'it may'] } }],
  ['no word on where the tools stand', { toolsIn: 'somewhere' }],
  ['tools of another configuration left out', { toolsOtherwise: undefined }],
  ['a tool named twice', { tools: ['spin', 'spin'] }],
  ['no word on where the names are from', { toolsNote: '' }],
  ['a dependency with a class that is none', { through: [{ dependency: 'x', classes: ['fly'], why: 'wings' }] }],
])('a label with %s is refused', (_, broken) => {
  expect(() => parseLabel({ ...label, ...broken }, 'loom.json')).toThrow('loom.json');
  expect(parseLabel(label, 'loom.json')).toBe(label);
});

test.each([
  ['yes', seen('own'), 'hit'],
  ['yes', seen('closure'), 'missed'],
  ['yes', seen('baseline'), 'missed'],
  ['yes', {}, 'missed'],
  ['yes', { verdict: 'cannot-tell' }, 'blind'],
  ['no', seen('own'), 'extra'],
  ['no', seen('closure'), 'right'],
  ['no', {}, 'right'],
  ['no', { verdict: 'cannot-tell' }, 'right'],
  ['unclear', seen('own'), 'unlabelled'],
  ['unclear', {}, 'unlabelled'],
])('labelled %s and said %o is %s', (word, said, is) => {
  const compared = compareServer(labelled({ 'fs.write': [word, 'a.js:3'] }), disclosure({ 'fs.write': said }));
  expect(isOf(compared, 'fs.write')).toBe(is);
});

test('recall counts what was not told among the missed, precision only what was said too much', () => {
  const yes = labelled({ 'fs.write': ['yes', 'a.js:3'] });
  const rows = tallyClasses([
    compareServer(yes, disclosure({ 'fs.write': seen('own') })),
    compareServer(yes, disclosure({ 'fs.write': { verdict: 'cannot-tell' } })),
    compareServer(yes, disclosure({ 'fs.write': seen('closure') })),
    compareServer(label, disclosure({ 'fs.write': seen('own') })),
    compareServer(labelled({ 'fs.write': ['unclear', 'a bundle'] }), disclosure({ 'fs.write': seen('own') })),
  ]);
  expect(rows.find((row) => row.class === 'fs.write')).toEqual({
    class: 'fs.write',
    yes: 3,
    no: 1,
    unlabelled: 1,
    hit: 1,
    missed: 1,
    blind: 1,
    extra: 1,
    onCard: 2,
    recall: 1 / 3,
    precision: 1 / 2,
  });
  expect(rows.find((row) => row.class === 'persist')).toMatchObject({ yes: 0, no: 5, recall: null, precision: null });
  expect(totalOf(rows)).toMatchObject({ class: 'all', yes: 3, no: 76, unlabelled: 1, hit: 1, recall: 1 / 3, precision: 1 / 2 });
});

test('a class that a disclosure leaves out is an error, not a "not seen"', () => {
  const short = disclosure({});
  expect(() => compareServer(label, { ...short, capabilities: short.capabilities.slice(1) })).toThrow('exec.install');
});

test('power of a dependency counts when it is on the card, and apart from that when it is named there', () => {
  const wrapper = labelled(
    {},
    { through: [{ dependency: '@lab/core', classes: ['exec.spawn', 'fs.read', 'fs.write'], why: 'all of it' }] },
  );
  const said = { 'exec.spawn': seen('closure', '@lab/core@2.0.0'), 'fs.read': seen('closure', '@lab/core-extra@2.0.0') };
  expect(tallyCarried([compareServer(wrapper, disclosure(said))])).toEqual({ all: 3, seen: 2, named: 1, recall: 2 / 3, namedRate: 1 / 3 });
});

test('names of tools: servers without a run are in no count, and a short list that says so is told apart', () => {
  const gaps = { manifest: { static: { tools: [{ name: 'spin' }, { name: 'knit' }], gaps: ['tools are made at run time in a.js:1'] } } };
  const silent = { manifest: { static: { tools: [{ name: 'spin' }], gaps: [] } } };
  const compared = [
    compareServer(label, disclosure({})),
    compareServer(label, disclosure({}, gaps)),
    compareServer(label, disclosure({}, silent)),
    compareServer(labelled({}, { tools: null }), disclosure({}, gaps)),
    compareServer(
      labelled({}, { toolsIn: 'binary', tools: ['cut', 'sew'] }),
      disclosure({}, { manifest: { static: { tools: [], gaps: [] } } }),
    ),
  ];
  expect(compared[1]?.tools).toEqual({ readable: true, hits: 1, missed: ['weave'], extra: ['knit'], saidIncomplete: true });
  expect(tallyTools(compared)).toEqual({
    servers: 3,
    whole: 1,
    unreadable: { servers: 1, names: 2 },
    silentlyShort: 2,
    hits: 4,
    missed: 2,
    extra: 1,
    recall: 4 / 6,
    precision: 4 / 5,
  });
});

test('a tool that the code offers in another configuration is neither found nor too much', () => {
  const otherwise = labelled({}, { tools: ['spin'], toolsOtherwise: ['weave'] });
  expect(compareServer(otherwise, disclosure({})).tools).toMatchObject({ hits: 1, missed: [], extra: [] });
  const listsNone = disclosure({}, { manifest: { static: { tools: [{ name: 'spin' }], gaps: [] } } });
  expect(compareServer(otherwise, listsNone).tools).toMatchObject({ hits: 1, missed: [], extra: [] });
});

test('alarms count servers, not findings, and only those that ask for something', () => {
  const of = (...severities: string[]) =>
    compareServer(label, disclosure({}, { findings: severities.map((severity, i) => ({ severity, code: `loom-${i}` })) }));
  expect(tallyAlarms([of('review', 'review'), of('review', 'block'), of('warn', 'info'), of()])).toEqual({
    servers: 4,
    review: 2,
    block: 1,
    any: 2,
    codes: [
      ['review loom-0', 2],
      ['block loom-1', 1],
      ['review loom-1', 1],
    ],
  });
});

test('what is printed names the servers that were not looked at, and fits 80 columns', () => {
  const about = { command: 'npm run accuracy', date: '2026-11-27', ruleset: 'js-1-0', node: 'v20.19.0', seconds: 4 };
  const compared = [compareServer(labelled({ 'fs.write': ['yes', 'a.js:3'] }), disclosure({}))];
  const long = `${'a word or two '.repeat(12)}${'x'.repeat(200)}`;
  const failed = [
    { server: 'gone@1.0.0', why: 'exit 3: error: `gone` has no such version' },
    { server: 'long@1.0.0', why: long },
  ];
  const text = printResult({ compared, failed, asked: 3, about, verbose: true });
  expect(text).toContain('1 of 3 servers looked at, 2 not');
  expect(text).toContain('not looked at\n  gone@1.0.0: exit 3: error: `gone` has no such version');
  expect(text).toContain('@lab/loom@1.2.3\n  missed fs.write (says: not-seen)\n         a.js:3');
  expect(text.replaceAll(/\s/g, '')).toContain(long.replaceAll(' ', ''));
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('the page carries the output as it printed, how many labels there are of each word, and every correction', () => {
  const corrected = labelled({ persist: ['unclear', 'a bundle'] }, { tools: null, corrected: ['persist: no → unclear: a second reading'] });
  const text = accuracyPage([label, corrected], 'as it printed\n');
  expect(text).toContain('0 yes, 31 no, 1 unclear');
  expect(text).toContain('1 of 2 servers');
  expect(text).toContain('- @lab/loom@1.2.3: persist: no → unclear: a second reading');
  expect(text).toContain('```\nas it printed\n```');
  expect(accuracyPage([label], '')).toContain('None.');
});
