import type { ItemSchemaChange } from '../analysis/diff/manifests.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { printable } from '../model/printable.ts';

/** One difference in what a tool takes or returns, as a person would say it, with `+`, `-` or `~` in front. */
export function schemaSentence(change: ItemSchemaChange, maxLength: number): { readonly mark: '+' | '-' | '~'; readonly text: string } {
  const mark = change.effect === 'wider' || change.kind === 'parameter-added' ? '+' : change.effect === 'narrower' ? '-' : '~';
  return { mark, text: `${change.of === 'returns' ? 'returns: ' : ''}${sentence(change, maxLength)}` };
}

function sentence(change: ItemSchemaChange, maxLength: number): string {
  const { kind, keyword, effect, before, after } = change;
  const name = change.parameter === '' ? 'as a whole' : `\`${printable(change.parameter, { maxLength: 80 })}\``;
  const show = (value: JsonValue) => shown(value, maxLength);
  switch (kind) {
    case 'parameter-added':
      return `parameter ${name}${effect === 'unclear' ? ', which must be given' : ''}${typeWords(after)}`;
    case 'parameter-removed':
      return `parameter ${name}`;
    case 'became-required':
      return `${name} must be given now`;
    case 'became-optional':
      return `${name} may be left out now`;
    case 'type':
      return `${name} takes ${types(after)}, was ${types(before)}`;
    case 'values':
      return `${name} ${values(before, after, show)}`;
    case 'bound':
      return `${name} ${keyword} ${before === null ? 'none' : show(before)} → ${after === null ? 'none' : show(after)}`;
    case 'open':
      return `${name} ${keyword === 'items' ? 'items' : 'further members'}: ${openWords(before)} → ${openWords(after)}`;
    case 'alternatives':
      return `${name} other alternatives: ${show(before)} → ${show(after)}`;
    case 'default':
      return `${name} default ${before === null ? 'none' : show(before)} → ${after === null ? 'none' : show(after)}`;
    case 'not-compared':
      return `${name} is nested too deeply to compare; it is written differently`;
    case 'other':
      return `${name} ${printable(keyword, { maxLength: 60 })}: ${show(before)} → ${show(after)}`;
  }
}

function types(value: JsonValue): string {
  return Array.isArray(value) ? printable(value.join(' or '), { maxLength: 120 }) : 'anything';
}

function typeWords(schema: JsonValue): string {
  const type = isObject(schema) ? schema['type'] : null;
  const text =
    isObject(schema) && typeof schema['description'] === 'string' ? `: ${printable(schema['description'], { maxLength: 160 })}` : '';
  return `${typeof type === 'string' ? ` (${printable(type, { maxLength: 30 })})` : ''}${text}`;
}

function values(before: JsonValue, after: JsonValue, show: (value: JsonValue) => string): string {
  if (!Array.isArray(before)) return `takes only ${show(after)} now`;
  if (!Array.isArray(after)) return `takes any value, was one of ${show(before)}`;
  const texts = (list: readonly JsonValue[]) => list.map((value) => JSON.stringify(value));
  const [was, is] = [new Set(texts(before)), new Set(texts(after))];
  const [come, gone] = [texts(after).filter((one) => !was.has(one)), texts(before).filter((one) => !is.has(one))];
  const parts = [come.length > 0 ? `also takes ${come.join(', ')}` : '', gone.length > 0 ? `no longer ${gone.join(', ')}` : ''];
  return printable(parts.filter((part) => part !== '').join('; '), { maxLength: 300 });
}

function openWords(value: JsonValue): string {
  if (value === false) return 'none';
  return value === null || value === true ? 'any' : 'of a kind';
}

function shown(value: JsonValue, maxLength: number): string {
  return printable(JSON.stringify(value), { maxLength });
}
