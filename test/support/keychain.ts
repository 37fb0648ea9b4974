import type { KeychainPort } from '../../src/host/keychain.ts';

/** A keychain in memory, with what is in it for the test to look at, lose or break. */
export interface MemoryKeychain extends KeychainPort {
  readonly items: Map<string, string>;
  /** What it answers from now on instead; null = it works. */
  broken: 'none' | 'failed' | null;
  /** How often it was asked. */
  asked: number;
}

export function memoryKeychain(): MemoryKeychain {
  const items = new Map<string, string>();
  return {
    module: null,
    items,
    broken: null,
    asked: 0,
    async ask(requests) {
      if (requests.length === 0) return { state: 'done', values: [] };
      this.asked += 1;
      if (this.broken !== null) return { state: this.broken, why: 'the test says so' };
      const values = requests.map((request) => {
        if (request.kind === 'get') return items.get(request.account) ?? null;
        if (request.kind === 'set') items.set(request.account, request.value);
        else items.delete(request.account);
        return null;
      });
      return { state: 'done', values };
    },
  };
}

/** A machine without one. */
export const noKeychain: KeychainPort = {
  module: null,
  ask: async (requests) => (requests.length === 0 ? { state: 'done', values: [] } : { state: 'none', why: 'there is none in tests' }),
};
