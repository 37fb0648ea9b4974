import { diffItem, type FieldChange, type ItemChange, type ItemsDiff, type ManifestDiff } from '../analysis/diff/manifests.ts';
import { wordDiff } from '../analysis/diff/words.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { type ItemKind, itemKinds } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { hang } from './layout.ts';
import { schemaSentence } from './schema-words.ts';
import type { Style } from './style.ts';

const singular = { tools: 'tool', prompts: 'prompt', resources: 'resource', resourceTemplates: 'resource template' } as const;
/** Without `full`: changed items that are shown, and lines of each. */
const shownItems = 6;
const shownChanges = 5;

/** Lines of everything that a model would read differently: `+` new, `-` gone, `>` renamed, `~` changed. */
export function wordLines(diff: ManifestDiff, style: Style, full: boolean): readonly string[] {
  const lines = itemKinds.flatMap((kind) => itemsLines(kind, diff[kind], style, full));
  if (diff.instructions === null) return lines;
  const { before, after } = diff.instructions;
  return [...lines, `  ${style.yellow('~')} instructions to the model`, textChange('        ', before ?? '', after ?? '', style, full)];
}

function itemsLines(kind: ItemKind, items: ItemsDiff, style: Style, full: boolean): readonly string[] {
  const name = singular[kind];
  const real = items.changed.filter((change) => !isSpelling(change));
  const shown = full ? real : real.slice(0, shownItems);
  const rest = real.slice(shown.length);
  const spelled = items.changed.length - real.length;
  return [
    ...listed('+', style.green, name, items.added, style, full),
    ...listed('-', style.red, name, items.removed, style, full),
    ...items.renamed
      .filter(({ to }) => !real.some((change) => change.name === to))
      .map(({ from, to }) => `  ${style.yellow('>')} ${name} ${printable(from)} is now ${printable(to)}`),
    ...shown.flatMap((change) => [changeTitle(name, change, items.renamed, style), ...changeLines(change, style, full)]),
    ...(rest.length === 0
      ? []
      : [
          hang(
            `  ${style.yellow('~')} `,
            `and ${count(rest.length, `more ${name}`)} (--full): ${names(rest.map((one) => one.name))}`,
            style.columns,
          ),
        ]),
    ...(spelled === 0 ? [] : [style.dim(`    ${count(spelled, name)} with a schema that is written differently and means the same`)]),
  ];
}

function changeTitle(noun: string, change: ItemChange, renamed: ItemsDiff['renamed'], style: Style): string {
  const was = renamed.find(({ to }) => to === change.name);
  if (was === undefined) return `  ${style.yellow('~')} ${noun} ${style.bold(printable(change.name))}`;
  return `  ${style.yellow('>')} ${noun} ${printable(was.from)} is renamed ${style.bold(printable(change.name))}, and changed:`;
}

function listed(
  mark: string,
  paint: (text: string) => string,
  name: string,
  items: readonly string[],
  style: Style,
  full: boolean,
): readonly string[] {
  if (items.length <= 4 || full) return items.map((item) => `  ${paint(mark)} ${name} ${printable(item)}`);
  return [hang(`  ${paint(mark)} ${count(items.length, name)}: `, names(items), style.columns)];
}

function names(items: readonly string[]): string {
  const shown = items.slice(0, 20).map((item) => printable(item, { maxLength: 60 }));
  return shown.join(', ') + (shown.length < items.length ? `, +${items.length - shown.length}` : '');
}

/** Only the way its schemas are written: the gate sees another item, a model reads the same. */
export function isSpelling({ fields, schema }: Pick<ItemChange, 'fields' | 'schema'>): boolean {
  return schema.length === 0 && fields.every((field) => field.kind === 'schema');
}

/** Lines of what changed inside one item (or text), old against new. */
export function changedFieldLines(before: JsonValue, after: JsonValue, full: boolean, style: Style): readonly string[] {
  if (typeof before === 'string' && typeof after === 'string') return [textChange('        ', before, after, style, full)];
  if (!isObject(before) || !isObject(after)) return [];
  const change = diffItem(before, after);
  if (change.fields.length === 0) return ['      the same in another order'];
  if (!isSpelling(change)) return changeLines(change, style, full);
  return [
    '      a schema that is written differently and means the same',
    ...change.fields.slice(0, 3).map((field) => fieldLine(field, style, full)),
  ];
}

function changeLines({ fields, schema }: Pick<ItemChange, 'fields' | 'schema'>, style: Style, full: boolean): readonly string[] {
  const lines = [
    ...fields.filter(isToldAsField).map((field) => fieldLine(field, style, full)),
    ...schema.map((change) => {
      const { mark, text } = schemaSentence(change, full ? 4_000 : 100);
      const paint = mark === '+' ? style.green : mark === '-' ? style.red : style.yellow;
      return hang(`      ${paint(mark)} `, text, style.columns);
    }),
  ];
  const shown = full ? lines : lines.slice(0, shownChanges);
  return shown.length < lines.length ? [...shown, `      … and ${lines.length - shown.length} more (--full lists them)`] : lines;
}

/** What a schema allows is told by what it allows; a default is told there too. */
function isToldAsField({ kind, path }: FieldChange): boolean {
  return kind !== 'schema' && !(kind === 'text' && /^\/(?:inputSchema|outputSchema|arguments)\/.*\/(?:default|examples)$/.test(path));
}

function fieldLine(field: FieldChange, style: Style, full: boolean): string {
  const title = fieldTitle(field.path);
  const start = `      ${style.yellow('~')} ${title}: `;
  if (field.kind === 'annotation') return hang(start, hintChange(field, style), style.columns);
  if (field.absent === 'before') return hang(`      ${style.green('+')} ${title}: `, short(field.after, full), style.columns);
  if (field.absent === 'after') return hang(`      ${style.red('-')} ${title}: `, short(field.before, full), style.columns);
  if (typeof field.before === 'string' && typeof field.after === 'string' && field.kind === 'text')
    return `${start.trimEnd()}\n${textChange('        ', field.before, field.after, style, full)}`;
  return hang(start, `${short(field.before, full)} is now ${short(field.after, full)}`, style.columns);
}

/** A JSON pointer as a person names it: `description of \`path\``. */
function fieldTitle(path: string): string {
  const parameter = /^\/(?:inputSchema|outputSchema|arguments)\/(.+)\/([^/]+)$/.exec(path);
  if (parameter === null) return printable(path.replace(/^\//, ''), { maxLength: 120 });
  const steps = (parameter[1] ?? '').split('/').filter((step) => step !== 'properties');
  return printable(`${parameter[2]} of \`${steps.join('.').replaceAll('.items', '[]')}\``, { maxLength: 120 });
}

/** A hint in the words of the protocol; that one of care is taken back is what matters most. */
function hintChange({ before, after, absent, path }: FieldChange, style: Style): string {
  const [was, is] = [absent === 'before' ? 'not said' : JSON.stringify(before), absent === 'after' ? 'not said' : JSON.stringify(after)];
  const text = printable(`${was} → ${is}`, { maxLength: 300 });
  const careless =
    (path.endsWith('/readOnlyHint') && before === true && after !== true) ||
    (path.endsWith('/destructiveHint') && before === false && after !== false) ||
    (path === '/annotations' && absent === 'after');
  return careless ? `${style.red(text)} (promises less care than before)` : text;
}

function short(value: JsonValue, full: boolean): string {
  return printable(typeof value === 'string' ? `"${value}"` : JSON.stringify(value), { maxLength: full ? 4_000 : 120 });
}

/** Around a change, this much of what stays is shown on each side. */
const context = 40;

/** A text's change in one paragraph: `[-gone-]`, `{+new+}`, long unchanged runs shortened. Reads the same without colour. */
function textChange(start: string, before: string, after: string, style: Style, full: boolean): string {
  const runs = wordDiff(before, after);
  const parts = runs.map(({ op, text }, index) => {
    const shown = printable(text, { maxLength: full ? 20_000 : 600 });
    if (op === 'add') return style.green(`{+${shown}+}`);
    if (op === 'del') return style.red(`[-${shown}-]`);
    if (full || shown.length < 2 * context + 10) return shown;
    const head = index === 0 ? '' : shown.slice(0, context);
    const tail = index === runs.length - 1 ? '' : shown.slice(-context);
    return `${head} … ${tail}`.trim() === '…' ? ' … ' : `${head} … ${tail}`;
  });
  return hang(start, parts.join(''), style.columns);
}
