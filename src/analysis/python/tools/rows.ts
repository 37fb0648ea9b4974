import { argumentsOf, childOf, expressions, textOf } from '../nodes.ts';
import type { PyNode } from '../syntax.ts';
import type { FileView, Views } from '../views.ts';
import { entriesOf, type Located, locate, memberOf } from './definitions.ts';

/** What the names of a loop or the parameters of a helper stand for in one turn. */
export type Row = ReadonlyMap<string, Located>;

/** One argument of a call, and the file whose names its value uses. */
export interface PlacedArgument {
  /** Null = by position. */
  readonly name: string | null;
  readonly value: Located;
}

/** Rows of one table; servers with more are generated, and say so in other ways. */
const maxRows = 1_000;
const maxHops = 12;

/** The arguments of a call in one turn: names replaced, and `**row` spelled out where it is a dictionary. */
export function placedArguments(call: PyNode, view: FileView, row: Row, views: Views): readonly PlacedArgument[] {
  return argumentsOf(call, view.parsed.text).flatMap(({ name, value }): readonly PlacedArgument[] => {
    const found = inRow({ node: value, view }, row, views);
    if (name === '*') return [];
    if (name !== '**') return [{ name, value: found }];
    const [dictionary] = locate(found, views);
    return dictionary === undefined
      ? []
      : entriesOf(dictionary).map(([key, node]) => ({ name: key, value: { node, view: dictionary.view } }));
  });
}

export function namedOf(args: readonly PlacedArgument[], names: readonly string[]): Located | undefined {
  return args.find(({ name }) => name !== null && names.includes(name))?.value;
}

export function positionalOf(args: readonly PlacedArgument[]): readonly Located[] {
  return args.flatMap(({ name, value }) => (name === null ? [value] : []));
}

/** `d`, `d['name']`, `d.get('name')` and `d.name` by what `d` is in this turn. */
function inRow(at: Located, row: Row, views: Views): Located {
  const { node, view } = at;
  if (row.size === 0) return at;
  if (node.type === 'VariableName') return row.get(textOf(node, view.parsed.text)) ?? at;
  const [callee] = node.type === 'CallExpression' ? node.children : [];
  const isGet = callee?.type === 'MemberExpression' && textOf(expressions(callee)[1] ?? callee, view.parsed.text) === 'get';
  const member = isGet ? callee : node;
  if (member.type !== 'MemberExpression') return at;
  const [object, key] = expressions(member);
  const held = object?.type === 'VariableName' ? row.get(textOf(object, view.parsed.text)) : undefined;
  if (held === undefined || key === undefined) return at;
  const [value] = locate(held, views);
  if (value === undefined) return at;
  const said = isGet ? argumentsOf(node, view.parsed.text)[0]?.value : key;
  const isAttribute = !isGet && childOf(member, '.') !== undefined;
  const name = said === undefined ? null : isAttribute ? textOf(said, view.parsed.text) : view.evaluator.text(said);
  if (name === null) return at;
  if (!isAttribute) return memberOf(value, name, views) ?? at;
  const found = argumentsOf(value.node, value.view.parsed.text).find((argument) => argument.name === name);
  return found === undefined ? at : { node: found.value, view: value.view };
}

/** One row for each turn of the loop or comprehension around a call; null = there is none, or what it goes over is not known. */
export function rowsAround(call: PyNode, view: FileView, views: Views): readonly Row[] | null {
  let hops = 0;
  for (let at = call.parent; at !== null && hops < maxHops; at = at.parent, hops++) {
    if (at.type === 'FunctionDefinition' || at.type === 'ClassDefinition') return null;
    if (at.type !== 'ForStatement' && !/ComprehensionExpression$/.test(at.type)) continue;
    const from = at.children.findIndex(({ type }) => type === 'for');
    const into = at.children.findIndex(({ type }, index) => index > from && type === 'in');
    const source = at.children[into + 1];
    const targets = at.children.slice(from + 1, into).filter(({ type }) => /^[A-Z]/.test(type));
    // What a loop goes over is no turn of it.
    if (source === undefined || (call.from >= source.from && call.to <= source.to)) continue;
    const names = targets.flatMap((target) => (target.type === 'TupleExpression' ? expressions(target) : [target]));
    const turns = turnsOf({ node: source, view }, views);
    if (turns === null || names.some(({ type }) => type !== 'VariableName')) return null;
    return turns.slice(0, maxRows).map((turn) => bound(names, turn, view, views));
  }
  return null;
}

function bound(names: readonly PyNode[], turn: readonly Located[], view: FileView, views: Views): Row {
  const [only] = turn;
  const parts = names.length > 1 && turn.length === 1 && only !== undefined ? elementsOf(only, views) : turn;
  return new Map(
    names.flatMap((name, index) => {
      const value = parts?.[index];
      return value === undefined ? [] : [[textOf(name, view.parsed.text), value] as const];
    }),
  );
}

/** What each turn of a loop over this gives: one value, or two for the pairs of a dictionary. */
function turnsOf(source: Located, views: Views): readonly (readonly Located[])[] | null {
  const { node, view } = source;
  const [callee] = node.type === 'CallExpression' ? node.children : [];
  if (callee?.type === 'MemberExpression') {
    const [object, method] = expressions(callee);
    const name = method === undefined ? '' : textOf(method, view.parsed.text);
    const [table] = object !== undefined && /^(?:items|values)$/.test(name) ? locate({ node: object, view }, views) : [];
    if (table?.node.type !== 'DictionaryExpression') return null;
    return pairsOf(table).map(([key, value]) => (name === 'items' ? [key, value] : [value]));
  }
  return elementsOf(source, views)?.map((element) => [element]) ?? null;
}

function pairsOf({ node, view }: Located): readonly (readonly [Located, Located])[] {
  return node.children.flatMap((child, index) => {
    const [key, value] = [node.children[index - 1], node.children[index + 1]];
    return child.type !== ':' || key === undefined || value === undefined
      ? []
      : [
          [
            { node: key, view },
            { node: value, view },
          ] as const,
        ];
  });
}

/** The elements of a list or tuple display; null = it is none, or a part of it is not spelled out. */
function elementsOf(at: Located, views: Views): readonly Located[] | null {
  const [list, ...more] = locate(at, views);
  if (list === undefined || more.length > 0 || !/^(?:Array|Tuple|Set)Expression$/.test(list.node.type)) return null;
  if (list.node.children.some(({ type }) => type === '*')) return null;
  return expressions(list.node).map((node) => ({ node, view: list.view }));
}

/** The values of a function's parameters in one call of it; those that are left out have their default. */
export function rowOfCall(definition: Located, args: readonly PlacedArgument[]): Row {
  const { node, view } = definition;
  const children = childOf(node, 'ParamList')?.children ?? [];
  const row = new Map<string, Located>();
  const names: string[] = [];
  for (const [index, child] of children.entries()) {
    if (child.type !== 'VariableName' || /^(?:AssignOp|\*\*?)$/.test(children[index - 1]?.type ?? '')) continue;
    const name = textOf(child, view.parsed.text);
    names.push(name);
    const at = index + (children[index + 1]?.type === 'TypeDef' ? 2 : 1);
    const value = children[at]?.type === 'AssignOp' ? children[at + 1] : undefined;
    if (value !== undefined) row.set(name, { node: value, view });
  }
  for (const [index, value] of positionalOf(args).entries()) if (names[index] !== undefined) row.set(names[index] ?? '', value);
  for (const { name, value } of args) if (name !== null && names.includes(name)) row.set(name, value);
  return row;
}
