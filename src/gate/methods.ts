import { type ItemKind, itemKinds, listings } from '../model/manifest.ts';

const kindsByMethod: ReadonlyMap<string, ItemKind> = new Map(itemKinds.map((kind) => [listings[kind].method, kind]));

/** The kind of things that a method lists; null = it lists nothing. */
export function listedKind(method: string): ItemKind | null {
  return kindsByMethod.get(method) ?? null;
}

/** True for the requests whose results hold the server's instructions, in either era. */
export function isHandshake(method: string): boolean {
  return method === 'initialize' || method === 'server/discover';
}
