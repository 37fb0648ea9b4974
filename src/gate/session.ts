import { digestValue } from '../model/digest.ts';
import { errorAnswer, printFrame, rpc } from './answer.ts';
import { decide } from './decide.ts';
import { logNotification, noticeOf, type Offer } from './notice.ts';
import type { Side } from './side.ts';
import { advance, type GateRules, initialState } from './state.ts';
import { clientTeller } from './teller.ts';
import type { Effect, Verdict } from './verdict.ts';

/** What a session tells its owner. */
export interface GateListener {
  /** Something was withheld or stopped; the same thing is told once per session. Must not throw. */
  onEffect(effect: Exclude<Effect, { type: 'observed' }>): void;
  /** First use: settles when the words are on disk. A rejection withholds them. */
  record(effect: Extract<Effect, { type: 'observed' }>): Promise<void>;
  /** One line for the person, without a line end. */
  notice(text: string): void;
  /** Once at most: something was withheld, and the client lets its person open an address. It is answered with `offer`. */
  wantsLink(): void;
}

/** Where bytes go because of one frame. */
export interface Output {
  readonly to: Side;
  readonly bytes: Buffer;
  /** False when the gate made the bytes as an answer to the sender. */
  readonly onward: boolean;
}

/** One client, one server, and what was said between them. */
export interface GateSession {
  /** What goes out because of a frame; a promise only when something must be on disk first. */
  handle(from: Side, frame: Buffer): readonly Output[] | Promise<readonly Output[]>;
  /** What tells the client one thing, at once where it may be told; otherwise with the first message after which it may. */
  announce(text: string): readonly Output[];
  /** What asks the client's person to look at what was withheld; null = there is nothing to open, so it is told in a log message. */
  offer(offer: Offer | null): readonly Output[];
  /** True when no request of the client waits for an answer. */
  isIdle(): boolean;
  /** Errors for every request of the client that still waits; the session is over. */
  abort(reason: string, code: string): readonly Output[];
  /** Says at the end what was only counted. */
  close(): void;
}

/** Effects and notices that one session passes on; a hostile server must not fill disk or terminal. */
const maxEffects = 1_000;
const maxNotices = 20;
/** What was told is remembered by its digest when its name is longer: names are as long as their sender likes. */
const maxKeyLength = 200;

/** A session of the gate without its streams. */
export function openSession(rules: GateRules, listener: GateListener): GateSession {
  const state = initialState(rules);
  const teller = clientTeller(rules);
  const untold: string[] = [];
  const announced = (): readonly Output[] => {
    if (untold.length === 0 || !state.clientReady || !state.clientLogging) return [];
    return untold.splice(0).map((text) => toClient(printFrame(logNotification(text))));
  };
  const report = reporter(rules, listener);
  const step = (from: Side, frame: Buffer): readonly Output[] | Promise<readonly Output[]> => {
    const verdict = decide(from, frame, state);
    if (verdict.action === 'split') return inTurn(verdict.frames, (element) => step(from, element));
    const records = verdict.effects.filter((effect) => effect.type === 'observed');
    if (records.length === 0) return settle(from, frame, verdict);
    return Promise.all(records.map((effect) => listener.record(effect))).then(
      () => settle(from, frame, verdict),
      () => unrecorded(verdict),
    );
  };
  const settle = (from: Side, frame: Buffer, verdict: Exclude<Verdict, { action: 'split' }>): readonly Output[] => {
    advance(state, verdict.changes);
    for (const effect of verdict.effects) report.effect(effect);
    const outputs = outputsOf(from, frame, verdict);
    const due = teller.isDue(verdict.effects, state);
    if (due === 'link') listener.wantsLink();
    const told: readonly Output[] = due === 'log' ? [toClient(teller.log())] : [];
    return untold.length === 0 && told.length === 0 ? outputs : [...outputs, ...told, ...announced()];
  };
  const unrecorded = (verdict: Verdict): readonly Output[] => {
    const settled = verdict.changes.filter((change) => change.type === 'settle');
    advance(state, settled);
    listener.notice(`pinfold: ${rules.name}: first use cannot be recorded, so nothing new is let through; hint: ${rules.remedy}`);
    const said = `pinfold: what \`${rules.name}\` says was not approved yet and cannot be recorded here. A person can look at it with: ${rules.remedy}`;
    return settled.map(({ id }) => ({
      to: 'client',
      bytes: errorAnswer(id, rpc.refused, said, { code: 'first-use-unrecorded', remedy: rules.remedy }),
      onward: true,
    }));
  };
  return {
    handle: step,
    announce(text) {
      untold.push(text);
      return announced();
    },
    offer(offer) {
      if (offer === null) return state.clientLogging ? [toClient(teller.log())] : [];
      advance(state, [{ type: 'offered', id: JSON.stringify(offer.id) }]);
      return [toClient(teller.question(offer))];
    },
    isIdle: () => state.waiting.client.size === 0,
    abort(reason, code) {
      if (code === 'line-too-long') listener.onEffect({ type: 'stopped', code, subject: '', forwarded: false });
      const answers = [...state.waiting.client.keys()].map((id) => errorAnswer(id, rpc.refused, `pinfold: ${reason}`, { code }));
      return answers.map(toClient);
    },
    close: report.close,
  };
}

/** Something of the gate's own. */
function toClient(bytes: Buffer): Output {
  return { to: 'client', bytes, onward: false };
}

function outputsOf(from: Side, frame: Buffer, verdict: Exclude<Verdict, { action: 'split' }>): readonly Output[] {
  const other = from === 'client' ? 'server' : 'client';
  switch (verdict.action) {
    case 'forward':
      return [{ to: other, bytes: frame, onward: true }];
    case 'replace':
      return [{ to: other, bytes: verdict.bytes, onward: true }];
    case 'answer':
      return [{ to: from, bytes: verdict.bytes, onward: false }];
    case 'drop':
      return [];
  }
}

async function inTurn(frames: readonly Buffer[], step: (frame: Buffer) => readonly Output[] | Promise<readonly Output[]>) {
  const outputs: Output[] = [];
  for (const frame of frames) outputs.push(...(await step(frame)));
  return outputs;
}

function reporter(rules: GateRules, listener: GateListener) {
  const known = new Set<string>();
  const dropped = { 'not-json': 0, malformed: 0 };
  let visible: MadeVisible | null = null;
  let notices = 0;
  const isNew = (text: string) => {
    const key = text.length > maxKeyLength ? digestValue(text) : text;
    if (known.has(key) || known.size >= maxEffects) return false;
    known.add(key);
    return true;
  };
  return {
    effect(effect: Effect) {
      if (effect.type === 'observed') return;
      if (effect.type === 'made-visible') visible = sum(visible, effect);
      if (effect.type === 'stopped' && (effect.code === 'not-json' || effect.code === 'malformed')) dropped[effect.code] += 1;
      const fresh = freshPart(effect, isNew);
      if (fresh === null) return;
      listener.onEffect(fresh);
      const text = noticeOf(fresh, rules);
      notices += 1;
      if (text !== null && notices <= maxNotices) listener.notice(text);
    },
    close() {
      for (const [code, count] of Object.entries(dropped)) {
        if (count > 1) listener.notice(`pinfold: ${rules.name}: ${count} messages dropped: ${code}`);
      }
      if (visible !== null && visible.messages > 1) listener.onEffect({ ...visible, subject: '' });
    },
  };
}

type MadeVisible = Extract<Effect, { type: 'made-visible' }>;

function sum(before: MadeVisible | null, { characters, messages, ...rest }: MadeVisible): MadeVisible {
  return { ...rest, characters: characters + (before?.characters ?? 0), messages: messages + (before?.messages ?? 0) };
}

type Told = Exclude<Effect, { type: 'observed' }>;

/** What of an effect was not told in this session yet; null = nothing. */
function freshPart(effect: Told, isNew: (key: string) => boolean): Told | null {
  if (effect.type === 'withheld') return freshItems(effect, isNew);
  if (effect.type === 'url-asked') return isNew(`url-asked ${effect.host}`) ? effect : null;
  if (effect.type !== 'equivalent')
    return isNew(`${effect.type === 'stopped' ? effect.code : effect.type} ${effect.subject}`) ? effect : null;
  const names = effect.names.filter((name) => isNew(`${effect.type} ${effect.kind}/${name}`));
  return names.length === 0 ? null : { ...effect, names };
}

function freshItems(effect: Extract<Effect, { type: 'withheld' }>, isNew: (key: string) => boolean): typeof effect | null {
  const items = effect.items.filter(({ name, reason, observed }) => isNew(`${effect.kind}/${name} ${reason} ${digestValue(observed)}`));
  return items.length === 0 ? null : { ...effect, items };
}
