import type { Node } from 'oxc-parser';
import { type Bindings, maxPerName } from './bindings.ts';
import { globalObjects, strongGlobals } from './origin.ts';
import type { Span } from './parameters.ts';

/**
 * True where a name is a parameter of a function around it and the file binds nothing to the name inside that function: what
 * an import of the same name brings is not meant. Nothing is lost: whoever hands a module in lets it out of sight there.
 */
export function isGiven(node: Node & { type: 'Identifier' }, bindings: Bindings, spans: ReadonlyMap<string, readonly Span[]>): boolean {
  const [around, held] = [spans.get(node.name), bindings.get(node.name)];
  if (around === undefined || held === undefined || held.length >= maxPerName || strongGlobals.has(node.name)) return false;
  const isHanded = held.some(
    (binding) =>
      binding.kind === 'value' &&
      binding.node.type === 'Identifier' &&
      (strongGlobals.has(binding.node.name) || globalObjects.has(binding.node.name)),
  );
  if (isHanded) return false;
  return around.some(
    ({ start, end }) =>
      start < node.start &&
      node.end <= end &&
      held.every((binding) => binding.kind === 'import' || binding.node.start < start || end < binding.node.end),
  );
}
