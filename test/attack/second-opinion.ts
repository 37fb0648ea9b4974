import json5 from 'json5';
import { findNodeAtLocation, parse as parseJsonc, parseTree } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { type AST, parseTOML } from 'toml-eslint-parser';
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import type { Dialect } from '../../src/clients/edit/editable-text.ts';
import { parseJsonTree } from '../../src/clients/edit/jsonc-parse.ts';

type Path = readonly (string | number)[];

/** A valid text as its dialect's usual parser reads it, called directly; JSON's is the platform's own. */
export function readIndependently(text: string, dialect: Dialect): unknown {
  return plain(parsed(text, dialect));
}

/** Comparable: members sorted, no prototypes, dates and large numbers as texts. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  const members: Record<string, unknown> = Object.create(null);
  for (const name of names) members[name] = plain((value as Record<string, unknown>)[name]);
  return members;
}

function parsed(text: string, dialect: Dialect): unknown {
  if (dialect === 'json') return text.trim() === '' ? undefined : JSON.parse(text);
  if (dialect === 'json-comments' || dialect === 'jsonc')
    return parseJsonc(text, [], { allowTrailingComma: true, allowEmptyContent: true });
  if (dialect === 'json5') return isBlank(text) ? undefined : json5.parse(text);
  if (dialect === 'toml') return parseToml(text, { integersAsBigInt: 'asNeeded' });
  const document = parseDocument(yamlIn(text, dialect), { merge: true, version: '1.2' });
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS() ?? undefined;
}

/** Nothing but white space and comments. */
function isBlank(text: string): boolean {
  return text.replace(/\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g, '').trim() === '';
}

/** The part of the text that is YAML; blanks stand for the rest, so that offsets stay. */
function yamlIn(text: string, dialect: Dialect): string {
  if (dialect !== 'front-matter') return text;
  const found = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*$/m.exec(text);
  const start = found === null || found.index > 0 ? 0 : found[0].indexOf('\n') + 1;
  const block = found === null || found.index > 0 ? '' : (found[1] ?? '');
  return `${text.slice(0, start).replace(/[^\r\n]/g, ' ')}${block}`;
}

/** Own members only. */
export function valueIn(value: unknown, path: Path): unknown {
  let found: unknown = value;
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, segment)) return undefined;
    found = (found as Record<string | number, unknown>)[segment];
  }
  return found;
}

/** A copy without what is at a path. */
export function without(value: unknown, path: Path): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return value;
  if (Array.isArray(value)) {
    const next = without(value[Number(segment)], rest);
    return rest.length === 0 ? value.toSpliced(Number(segment), 1) : value.with(Number(segment), next);
  }
  const kept: Record<string, unknown> = Object.assign(Object.create(null), value);
  if (rest.length > 0) kept[segment] = without(kept[segment], rest);
  else delete kept[segment];
  return kept;
}

/** The text without everything that says something about a path: members with their names, whole lines of TOML and YAML blocks. */
export function textWithout(text: string, path: Path, dialect: Dialect): string {
  const stretches = [...stretchesOf(text, path, dialect)].sort(([one], [other]) => other - one);
  return stretches.reduce((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), text);
}

function stretchesOf(text: string, path: Path, dialect: Dialect): readonly (readonly [number, number])[] {
  if (dialect === 'toml') return tomlStretches(text, path);
  if (dialect === 'yaml' || dialect === 'front-matter') return yamlStretches(text, path, dialect);
  // No other parser of JSON5 tells where things are: the places are our own parser's, what they mean is judged above.
  const root =
    dialect === 'json5' ? parseJsonTree(text, dialect).root : parseTree(text, [], { allowTrailingComma: true, allowEmptyContent: true });
  const node = root === undefined ? undefined : findNodeAtLocation(root, [...path]);
  if (node === undefined) return [];
  const { offset, length } = node.parent?.type === 'property' ? node.parent : node;
  return [[offset, offset + length]];
}

function tomlStretches(text: string, path: Path): readonly (readonly [number, number])[] {
  const [root] = parseTOML(text, { tomlVersion: '1.0' }).body;
  const isBelow = (at: Path) => path.length <= at.length && path.every((segment, index) => segment === at[index]);
  const names = (key: AST.TOMLKey) => key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
  const toLineEnd = ([start, end]: readonly [number, number]): readonly [number, number] => [
    start,
    end + (/^[^\n]*/.exec(text.slice(end))?.[0].length ?? 0),
  ];
  const members = (prefix: Path, body: readonly AST.TOMLNode[], inline: boolean): readonly (readonly [number, number])[] =>
    body.flatMap((node) => {
      if (node.type !== 'TOMLKeyValue') return [];
      const at = [...prefix, ...names(node.key)];
      if (isBelow(at)) return [inline ? node.range : toLineEnd(node.range)];
      return node.value.type === 'TOMLInlineTable' ? members(at, node.value.body, true) : [];
    });
  return root.body.flatMap((node) => {
    if (node.type !== 'TOMLTable') return members([], [node], false);
    if (!isBelow(node.resolvedKey)) return members(node.resolvedKey, node.body, false);
    const end = node.body.at(-1)?.range[1] ?? node.key.range[1];
    return [toLineEnd([node.range[0], end])];
  });
}

function yamlStretches(text: string, path: Path, dialect: Dialect): readonly (readonly [number, number])[] {
  let node: Node | null = parseDocument(yamlIn(text, dialect), { merge: true, version: '1.2' }).contents;
  let start: number | null = null;
  let flow = false;
  for (const segment of path) {
    if (isMap(node)) {
      flow = node.flow === true;
      const pair: { key: unknown; value: unknown } | undefined = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === segment,
      );
      if (pair === undefined) return [];
      start = (pair.key as Node).range?.[0] ?? 0;
      node = (pair.value as Node | null) ?? (pair.key as Node);
    } else if (isSeq(node)) {
      flow = node.flow === true;
      const item = node.items[Number(segment)] as Node | undefined;
      if (item === undefined) return [];
      start = item.range?.[0] ?? 0;
      // The dash is the item's own.
      if (!flow) start = text.lastIndexOf('-', start - 1);
      node = item;
    } else return [];
  }
  if (start === null || node === null) return [];
  // The range of a block includes the comments behind its last value.
  for (;;) {
    const last: unknown = (isMap(node) || isSeq(node)) && node.flow !== true ? node.items.at(-1) : undefined;
    if (last === undefined) break;
    const pair = last as { key?: Node; value?: Node | null };
    node = isMap(node) ? ((pair.value?.range?.[0] === pair.value?.range?.[1] ? pair.key : pair.value) ?? node) : (last as Node);
    if (node === undefined) break;
  }
  const [from = 0, end = 0] = node?.range ?? [];
  const content = from + text.slice(from, end).trimEnd().length;
  return [[start, flow ? end : content + (/^[^\n]*/.exec(text.slice(content))?.[0].length ?? 0)]];
}
