import { type Node, visitorKeys } from 'oxc-parser';

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
    pushChildren(place, pending);
  }
}

/** Last first, because the stack is read from its end. Without a list in between: this runs for every node of a closure. */
function pushChildren(parent: Place, pending: Place[]): void {
  const keys = visitorKeys[parent.node.type] ?? [];
  for (let index = keys.length - 1; index >= 0; index--) {
    const child = (parent.node as unknown as Record<string, unknown>)[keys[index] as string];
    if (Array.isArray(child)) {
      for (let at = child.length - 1; at >= 0; at--) if (isNode(child[at])) pending.push({ node: child[at], parent });
    } else if (isNode(child)) {
      pending.push({ node: child, parent });
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
