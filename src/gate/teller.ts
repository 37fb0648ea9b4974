import { printFrame } from './answer.ts';
import { linkQuestion, logMessage, type Offer } from './notice.ts';
import type { GateRules, GateState } from './state.ts';
import type { Effect, WordKind } from './verdict.ts';

/** Tells the client once in a session what was withheld, as soon as it may be told. Pure but for what it counts. */
export function clientTeller(rules: GateRules) {
  const withheld = new Map<WordKind, number>();
  let told = false;
  return {
    /** How the client is to be told now; null = not now. */
    isDue(effects: readonly Effect[], { clientReady, clientLogging, clientOpensLinks }: GateState): 'log' | 'link' | null {
      let wantsLog = false;
      for (const effect of effects) {
        if (effect.type !== 'withheld' || effect.forwarded) continue;
        withheld.set(effect.kind, (withheld.get(effect.kind) ?? 0) + effect.items.length);
        wantsLog ||= effect.wantsLog;
      }
      const may = wantsLog || (clientReady && (clientLogging || clientOpensLinks));
      if (told || withheld.size === 0 || !may) return null;
      told = true;
      return clientReady && clientOpensLinks ? 'link' : 'log';
    },
    log: () => printFrame(logMessage(withheld, rules)),
    question: (offer: Offer) => printFrame(linkQuestion(withheld, offer, rules)),
  };
}
