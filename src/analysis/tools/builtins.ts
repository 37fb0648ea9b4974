import type { Interpreter } from './interpreter.ts';
import { fromJson, listed, pair } from './literals.ts';
import { plain } from './text.ts';
import { blockedOn, type Spot, type Thunk, unknown, type Value } from './values.ts';

type Text = Value & { kind: 'text' };
/** Elements of one list that a callback is read for. */
const maxItems = 5_000;

/** A method of a list. A filter, a sort or a slice keeps everything: what it leaves out depends on the run. */
export function arrayCall(
  it: Interpreter,
  list: Value & { kind: 'array' },
  method: string,
  args: readonly Thunk[],
  at: Spot,
): Value | null {
  const first = (): Value => args[0]?.() ?? unknown;
  switch (method) {
    case 'filter':
    case 'slice':
    case 'sort':
    case 'toSorted':
    case 'reverse':
    case 'toReversed':
    case 'values':
      return list;
    case 'entries':
      return { ...list, items: list.items.map((item, index) => pair(() => fromJson(index, at), item, at)) };
    case 'map':
      return { ...list, items: list.items.slice(0, maxItems).map((item, index) => each(it, args[0], item, index, at)), at };
    case 'flatMap':
      return flat({ ...list, items: list.items.slice(0, maxItems).map((item, index) => each(it, args[0], item, index, at)), at });
    case 'flat':
      return flat(list);
    case 'concat': {
      const more = args.map((thunk) => listed(thunk()));
      return {
        ...list,
        items: [...list.items, ...more.flatMap(({ items }) => items)],
        open: list.open || more.some(({ open }) => open),
      };
    }
    case 'find':
    case 'at':
      return unknown;
    case 'reduce': {
      let sum = args[1]?.() ?? unknown;
      for (const item of list.items.slice(0, maxItems)) {
        const before = sum;
        sum = it.call(first(), [() => before, item]);
      }
      return sum;
    }
    case 'join':
      return joined(list, args[0] === undefined ? ',' : plain(first()), at);
    default:
      return null;
  }
}

export function mapCall(map: Value & { kind: 'map' }, method: string, args: readonly Thunk[], at: Spot): Value | null {
  switch (method) {
    case 'values':
      return { kind: 'array', items: map.entries.map(([, value]) => value), open: map.open, at };
    case 'keys':
      return { kind: 'array', items: map.entries.map(([key]) => key), open: map.open, at };
    case 'entries':
      return { kind: 'array', ...listed(map), at };
    case 'get': {
      const key = plain(args[0]?.() ?? unknown);
      return key === null ? unknown : (map.entries.find(([held]) => plain(held()) === key)?.[1]() ?? unknown);
    }
    default:
      return null;
  }
}

/** A method of a text whose result is the same on every run. */
export function textCall(value: Text, method: string, args: readonly Thunk[], at: Spot): Value | null {
  const made = (text: string): Text => ({ kind: 'text', text, at });
  const texts = args.map((thunk) => plain(thunk()));
  const [first, second] = texts;
  switch (method) {
    case 'trim':
      return made(value.text.trim());
    case 'trimStart':
      return made(value.text.trimStart());
    case 'trimEnd':
      return made(value.text.trimEnd());
    case 'toString':
    case 'valueOf':
    case 'normalize':
      return value;
    case 'toLowerCase':
      return made(value.text.toLowerCase());
    case 'toUpperCase':
      return made(value.text.toUpperCase());
    case 'concat':
      return texts.every((text) => text !== null) ? made(value.text + texts.join('')) : unknown;
    case 'replace':
    case 'replaceAll': {
      if (first === null || second === null || first === undefined || second === undefined || first === '') return unknown;
      return made(method === 'replace' ? value.text.replace(first, () => second) : value.text.replaceAll(first, () => second));
    }
    case 'slice':
    case 'substring': {
      const [from, to] = texts.map(Number);
      return from === undefined || Number.isNaN(from) || Number.isNaN(to ?? 0) ? unknown : made(value.text[method](from, to));
    }
    case 'split': {
      if (first === null || first === undefined) return unknown;
      return {
        kind: 'array',
        items: value.text
          .split(first)
          .slice(0, maxItems)
          .map((part) => () => made(part)),
        open: false,
        at,
      };
    }
    default:
      return null;
  }
}

function each(it: Interpreter, callback: Thunk | undefined, item: Thunk, index: number, at: Spot): Thunk {
  return () => it.call(callback?.() ?? unknown, [item, () => fromJson(index, at)]);
}

function flat(list: Value & { kind: 'array' }): Value {
  const items: Thunk[] = [];
  let open = list.open;
  for (const item of list.items) {
    const value = item();
    if (value.kind === 'array' || value.kind === 'either') {
      const inner = listed(value);
      items.push(...inner.items);
      if (inner.open) open = true;
    } else items.push(() => value);
  }
  return { ...list, items, open };
}

function joined(list: Value & { kind: 'array' }, glue: string | null, at: Spot): Value {
  const values = list.items.map((item) => item());
  const texts = values.map(plain);
  if (glue === null || list.open || texts.some((text) => text === null))
    return { kind: 'unknown', on: values.map(blockedOn).find((on) => on !== null) ?? null };
  return { kind: 'text', text: texts.join(glue), at };
}
