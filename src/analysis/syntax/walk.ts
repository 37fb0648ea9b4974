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
  const pending: NumberedPlace[] = [{ node: root, parent: null, at: 0 }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (enter(place.node, place) === false) continue;
    pushChildren(place, pending);
  }
}

/** Visits the nodes of one program, as `walk` does; `only` names the types that are asked for, undefined = all. */
export type Walk = (enter: (node: Node, place: Place) => boolean | undefined, only?: ReadonlySet<Node['type']>) => void;

/** A larger program is walked anew each time: the list of its places would be held beside it. */
const maxHeldLength = 2 * 1024 * 1024;

interface NumberedPlace extends Place {
  readonly parent: NumberedPlace | null;
  /** Its place in the list of all; 0 where there is no list. */
  at: number;
}

/** Walks over one program that do not look for its nodes again: half of the analysis' walks read a file from end to end. */
export function walkOver(root: Node): Walk {
  if (root.end - root.start > maxHeldLength)
    return (enter, only) => walk(root, (node, place) => (only === undefined || only.has(node.type) ? enter(node, place) : undefined));
  const places = placesBelow(root);
  const sizes = sizesOf(places);
  return (enter, only) => {
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as NumberedPlace;
      if (only !== undefined && !only.has(place.node.type)) continue;
      if (enter(place.node, place) === false) at += (sizes[at] as number) - 1;
    }
  };
}

/** In the order of `walk`. */
function placesBelow(root: Node): readonly NumberedPlace[] {
  const places: NumberedPlace[] = [];
  const pending: NumberedPlace[] = [{ node: root, parent: null, at: 0 }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    place.at = places.length;
    places.push(place);
    pushChildren(place, pending);
  }
  return places;
}

/** Of each place, with everything below it. */
function sizesOf(places: readonly NumberedPlace[]): Uint32Array {
  const sizes = new Uint32Array(places.length).fill(1);
  for (let at = places.length - 1; at > 0; at--) {
    const parent = (places[at] as NumberedPlace).parent?.at ?? 0;
    sizes[parent] = (sizes[parent] as number) + (sizes[at] as number);
  }
  return sizes;
}

/** Last first, because the stack is read from its end. Without a list in between: this runs for every node of a closure. */
function pushChildren(parent: NumberedPlace, pending: NumberedPlace[]): void {
  const keys = visitorKeys[parent.node.type] ?? [];
  for (let index = keys.length - 1; index >= 0; index--) {
    const child = (parent.node as unknown as Record<string, unknown>)[keys[index] as string];
    if (Array.isArray(child)) {
      for (let at = child.length - 1; at >= 0; at--) if (isNode(child[at])) pending.push({ node: child[at], parent, at: 0 });
    } else if (isNode(child)) {
      pending.push({ node: child, parent, at: 0 });
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
