import type { Digest } from '../model/digest.ts';
import type { EnforcedItem } from '../model/item-digest.ts';
import type { JsonValue } from '../model/json.ts';
import type { ItemKind } from '../model/manifest.ts';
import type { Expected, ListRun } from './expected.ts';
import type { Side } from './side.ts';

/** What the words of a server are called in messages and in the ledger. */
export type WordKind = ItemKind | 'instructions' | 'ui' | 'agentSurface';

/**
 * Why an item is withheld. `not-approved`: its name is not pinned; `changed`: its name is, its digest differs;
 * `shadows`: first use, and it wants to be taken for another server's tool; `hides`: first use, and it has characters that
 * nobody sees; `blocked`: a person blocked it for ever.
 */
export type WithheldReason = 'not-approved' | 'changed' | 'duplicate' | 'shadows' | 'hides' | 'blocked';

/** What is to become of one frame, what to remember, and what to tell others. */
export type Verdict = { readonly changes: readonly Change[]; readonly effects: readonly Effect[] } & (
  | {
      /** The original bytes go on. */
      readonly action: 'forward';
    }
  | {
      /** Other bytes go on in their place. */
      readonly action: 'replace';
      readonly bytes: Buffer;
    }
  | {
      /** Nothing goes on, and the sender gets an answer from the gate. */
      readonly action: 'answer';
      readonly bytes: Buffer;
    }
  | {
      /** Nothing goes on, nobody is answered. */
      readonly action: 'drop';
    }
  | {
      /** A batch: each element is decided by itself, in order. */
      readonly action: 'split';
      readonly frames: readonly Buffer[];
    }
);

/** One step of the gate's memory; applied by `advance`, so that `decide` itself changes nothing. */
export type Change =
  | { readonly type: 'expect'; readonly from: Side; readonly id: string; readonly expected: Expected }
  | { readonly type: 'settle'; readonly from: Side; readonly id: string }
  | { readonly type: 'page'; readonly key: string; readonly run: ListRun }
  | { readonly type: 'withhold'; readonly kind: ItemKind; readonly names: readonly string[] }
  | { readonly type: 'bar'; readonly kind: ItemKind; readonly names: readonly string[] }
  | { readonly type: 'client-view'; readonly key: string }
  | { readonly type: 'elicited'; readonly id: string }
  | { readonly type: 'release'; readonly kind: ItemKind; readonly names: readonly string[] }
  | {
      readonly type: 'learn';
      readonly kind: ItemKind;
      readonly items: readonly (readonly [string, EnforcedItem])[];
      readonly complete: boolean;
    }
  | { readonly type: 'learn-instructions'; readonly instructions: EnforcedItem | null }
  | { readonly type: 'bind-ui'; readonly uri: string; readonly digest: Digest }
  | { readonly type: 'client-hears'; readonly logging: boolean; readonly links: boolean }
  | { readonly type: 'offered'; readonly id: string | null }
  | { readonly type: 'client-ready' };

/** What others must hear. Names and observed values are attacker-controlled. */
export type Effect =
  | {
      readonly type: 'withheld';
      readonly kind: WordKind;
      readonly items: readonly { readonly name: string; readonly reason: WithheldReason; readonly observed: JsonValue }[];
      /** True in the modes `warn` and `observe`: the client got the words all the same. */
      readonly forwarded: boolean;
      /** The request asked for log messages, so the client may be told at once. */
      readonly wantsLog: boolean;
      /** The view that they were withheld from (`viewKey`); null = there is one for all clients. */
      readonly view: string | null;
    }
  | {
      /** A person is asked to open an address. */
      readonly type: 'url-asked';
      readonly host: string;
    }
  | {
      /** Items went on that say what was approved in another form (model/effective.ts). */
      readonly type: 'equivalent';
      readonly kind: ItemKind;
      readonly names: readonly string[];
    }
  | {
      /** Control, bidirectional and tag characters in a message that is not pinned were written as `<U+202E>`. */
      readonly type: 'made-visible';
      /** The method of the message, or of the request that it answers. */
      readonly subject: string;
      readonly characters: number;
      readonly messages: number;
      /** True in the modes `warn` and `observe`: the client got them as they were. */
      readonly forwarded: boolean;
    }
  | {
      /** A message was stopped, or (`forwarded`) let through although nobody approved it. */
      readonly type: 'stopped';
      readonly code: StopCode;
      /** A method or a name; empty where the message has none. */
      readonly subject: string;
      readonly forwarded: boolean;
    }
  | {
      /** First use: must be on disk before the frame goes on. `value` is a list, the instructions (null = none), or `{uri, digest}`. */
      readonly type: 'observed';
      readonly kind: WordKind;
      readonly value: JsonValue;
      readonly complete: boolean;
    };

/** Why a message was stopped, as the ledger and stderr name it. One sentence each in `notice.ts`. */
export type StopCode =
  | 'not-json'
  | 'malformed'
  | 'unknown-id'
  | 'id-in-use'
  | 'too-many-requests'
  | 'call-not-approved'
  | 'method-unknown'
  | 'notification-unknown'
  | 'agent-surface'
  | 'elicitation-url'
  | 'elicitation-unasked'
  | 'list-invalid'
  | 'list-too-long'
  | 'list-unasked'
  | 'ui-too-many'
  | 'result-invalid'
  | 'message-invalid'
  | 'line-too-long';

export const nothing = { changes: [], effects: [] } as const;
export const forward: Verdict = { action: 'forward', ...nothing };
export const drop: Verdict = { action: 'drop', ...nothing };

/** A drop that others hear of. */
export function stop(code: StopCode, subject = ''): Verdict {
  return { action: 'drop', changes: [], effects: [{ type: 'stopped', code, subject, forwarded: false }] };
}
