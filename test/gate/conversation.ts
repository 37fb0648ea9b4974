import { decide } from '../../src/gate/decide.ts';
import type { Side } from '../../src/gate/side.ts';
import { advance, type GateRules, type GateState, initialState } from '../../src/gate/state.ts';
import type { Effect, Verdict } from '../../src/gate/verdict.ts';
import { digestValue } from '../../src/model/digest.ts';
import { gateDigests } from '../../src/model/item-digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { gateViews } from '../../src/model/view-digest.ts';
import { type Approval, probedManifest } from '../support/launch.ts';

/** Rules that pin a manifest. */
export function rulesFor(approval: Pick<Approval, 'manifest' | 'probed' | 'agentSurface'> = {}, more: Partial<GateRules> = {}): GateRules {
  const probed = probedManifest(approval);
  const { pin, templates } = pinManifest(probed, {}, approval.agentSurface ?? []);
  return {
    name: 'sample',
    remedy: 'pinfold approve sample',
    mode: 'block',
    samePackage: true,
    enforced: gateDigests(pin, templates, {}),
    views: gateViews(pin, templates, {}),
    blocked: null,
    elicitationHosts: [],
    templateDigest: (_kind, value) => digestValue(value),
    resourcePinning: pin.resourcePinning,
    agentSurface: pin.agentSurface,
    learning: new Set(),
    othersTools: new Map(),
    ui: new Map(),
    ...more,
  };
}

/** What a frame led to, in a form that tests can read. */
export interface Said {
  readonly action: Verdict['action'];
  /** What the receiver of the verdict's bytes gets: the original for `forward`; undefined = nobody gets anything. */
  readonly message: unknown;
  readonly bytes: string | undefined;
  readonly effects: readonly Effect[];
}

/** A client and a server that talk through `decide`. */
export function conversation(rules: GateRules = rulesFor()) {
  const state: GateState = initialState(rules);
  const say = (from: Side, said: JsonValue | string | Buffer): Said => {
    const frame = Buffer.isBuffer(said) ? said : Buffer.from(`${typeof said === 'string' ? said : JSON.stringify(said)}\n`);
    const verdict = decide(from, frame, state);
    advance(state, verdict.changes);
    const bytes = verdict.action === 'forward' ? frame : 'bytes' in verdict ? verdict.bytes : undefined;
    const text = bytes?.toString('utf8');
    return { action: verdict.action, bytes: text, message: text === undefined ? undefined : tolerant(text), effects: verdict.effects };
  };
  let id = 0;
  return {
    state,
    say,
    client: (said: JsonValue | string | Buffer) => say('client', said),
    server: (said: JsonValue | string | Buffer) => say('server', said),
    /** The client asks; returns what became of the request. */
    ask(method: string, params: JsonValue = {}): Said {
      id += 1;
      return say('client', { jsonrpc: '2.0', id, method, params });
    },
    /** The client asks, the server answers with this result; returns what became of the answer. */
    exchange(method: string, result: JsonValue, params: JsonValue = {}): Said {
      id += 1;
      say('client', { jsonrpc: '2.0', id, method, params });
      return say('server', { jsonrpc: '2.0', id, result });
    },
    /** The same with the raw text of the answer, in which `$ID` is the id. */
    exchangeRaw(method: string, answer: string): Said {
      id += 1;
      say('client', { jsonrpc: '2.0', id, method, params: {} });
      return say('server', answer.replaceAll('$ID', String(id)));
    },
  };
}

function tolerant(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The members of an error answer that tests look at. */
export function errorOf(said: Said): {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly pinfold: { readonly code: string } };
} {
  return (said.message as { error: never }).error;
}
