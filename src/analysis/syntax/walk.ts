import { type Node, visitorKeys } from 'oxc-parser';

/** The children of a node in source order. */
export function children(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(child)) found.push(...child.filter(isNode));
    else if (isNode(child)) found.push(child);
  }
  return found;
}

/** A node and the way to the root. */
export interface Place {
  readonly node: Node;
  readonly parent: Place | null;
}

/**
 * Calls `enter` for the node and everything below it, parents first, in source order. Returning false leaves out what
 * lies below. Keeps its own stack: a hostile depth costs memory, never the call stack.
 */
export function walk(root: Node, enter: (node: Node, place: Place) => boolean | undefined): void {
  const pending: Place[] = [{ node: root, parent: null }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (enter(place.node, place) === false) continue;
    const below = children(place.node);
    for (let index = below.length - 1; index >= 0; index--) pending.push({ node: below[index] as Node, parent: place });
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
