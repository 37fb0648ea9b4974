import { itemTemplate } from '../model/item-digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { itemKinds } from '../model/manifest.ts';
import { type Surroundings, toTemplate } from '../model/surroundings.ts';
import type { PendingItem } from '../store/pending.ts';

/** What a running server said in the form in which it is shown, approved and blocked: surroundings as placeholders. */
export function wordsTemplate(kind: PendingItem['kind'], observed: JsonValue, surroundings: Surroundings): JsonValue {
  const item = itemKinds.find((one) => one === kind);
  return item !== undefined && isObject(observed) ? itemTemplate(item, observed, [], surroundings) : toTemplate(observed, surroundings);
}
