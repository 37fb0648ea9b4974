import { diffManifests, type FieldChange, type ItemsDiff, type ManifestDiff } from '../analysis/diff/manifests.ts';
import { wordDiff } from '../analysis/diff/words.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { type ItemKind, itemKinds } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

const singular = { tools: 'tool', prompts: 'prompt', resources: 'resource', resourceTemplates: 'resource template' } as const;

/** Lines of everything that a model would read differently: `+` new, `-` gone, `>` renamed, `~` changed. */
export function wordLines(diff: ManifestDiff, style: Style, full: boolean): readonly string[] {
  const lines = itemKinds.flatMap((kind) => itemsLines(kind, diff[kind], style, full));
  if (diff.instructions === null) return lines;
  const { before, after } = diff.instructions;
  return [...lines, `  ${style.yellow('~')} instructions to the model`, textChange(before ?? '', after ?? '', style, full)];
}

function itemsLines(kind: ItemKind, items: ItemsDiff, style: Style, full: boolean): readonly string[] {
  const name = singular[kind];
  return [
    ...items.added.map((item) => `  ${style.green('+')} ${name} ${printable(item)}`),
    ...items.removed.map((item) => `  ${style.red('-')} ${name} ${printable(item)}`),
    ...items.renamed.map(({ from, to }) => `  ${style.yellow('>')} ${name} ${printable(from)} is now ${printable(to)}`),
    ...items.changed.flatMap(({ name: item, fields }) => [
      `  ${style.yellow('~')} ${name} ${printable(item)}`,
      ...fieldLines(fields, style, full),
    ]),
  ];
}

/** Lines of what changed inside one item (or text), old against new. */
export function changedFieldLines(before: JsonValue, after: JsonValue, full: boolean, style: Style): readonly string[] {
  if (typeof before === 'string' && typeof after === 'string') return [textChange(before, after, style, full)];
  const items = (value: JsonValue) => (isObject(value) ? [{ ...value, name: 'item' }] : []);
  const nothing = { tools: [], prompts: [], resources: [], resourceTemplates: [], instructions: null };
  const diff = diffManifests({ ...nothing, tools: items(before) }, { ...nothing, tools: items(after) });
  return fieldLines(diff.tools.changed[0]?.fields ?? [], style, full);
}

function fieldLines(fields: readonly FieldChange[], style: Style, full: boolean): readonly string[] {
  const shown = full ? fields : fields.slice(0, 6);
  const lines = shown.map((field) => fieldLine(field, style, full));
  return shown.length < fields.length ? [...lines, `      … and ${fields.length - shown.length} more fields (--full lists them)`] : lines;
}

function fieldLine(field: FieldChange, style: Style, full: boolean): string {
  const path = printable(field.path);
  if (field.absent === 'before') return hang(`      ${path}: `, `new: ${short(field.after, full)}`, style.columns);
  if (field.absent === 'after') return hang(`      ${path}: `, `gone: ${short(field.before, full)}`, style.columns);
  if (typeof field.before === 'string' && typeof field.after === 'string' && field.kind === 'text') {
    return `      ${path}\n${textChange(field.before, field.after, style, full)}`;
  }
  return hang(`      ${path}: `, `${short(field.before, full)} is now ${short(field.after, full)}`, style.columns);
}

function short(value: JsonValue, full: boolean): string {
  return printable(typeof value === 'string' ? `"${value}"` : JSON.stringify(value), { maxLength: full ? 4_000 : 120 });
}

/** A text's change in one paragraph: `[-gone-]`, `{+new+}`, long unchanged runs shortened. Reads the same without colour. */
function textChange(before: string, after: string, style: Style, full: boolean): string {
  const parts = wordDiff(before, after).map(({ op, text }) => {
    const shown = printable(text, { maxLength: 4_000 });
    if (op === 'add') return style.green(`{+${shown}+}`);
    if (op === 'del') return style.red(`[-${shown}-]`);
    return full || shown.length < 90 ? shown : `${shown.slice(0, 40)} … ${shown.slice(-40)}`;
  });
  return hang('        ', parts.join(''), style.columns);
}
