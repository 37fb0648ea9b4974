import type { Files, Host } from '../../src/host/host.ts';
import type { KeychainPort } from '../../src/host/keychain.ts';

/** What of the port changes something on disk. */
export const changing = [
  'writeAtomic',
  'create',
  'append',
  'makeTempFolder',
  'rename',
  'chmod',
  'remove',
] as const satisfies readonly (keyof Files)[];

/** Nobody has this number, so the next command knows that it is gone. */
export const nobody = 2 ** 22 + 7;

/** A process that is killed before its n-th step that changes anything on disk or in the keychain, or asks anybody elsewhere: nothing comes back. */
export function killedBefore(
  step: number,
  host: Host,
): { readonly host: Host; readonly died: Promise<'died'>; readonly steps: () => number } {
  let steps = 0;
  let die = () => {};
  const died = new Promise<'died'>((resolve) => {
    die = () => resolve('died');
  });
  const guarded =
    <Args extends readonly unknown[], Result>(action: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      steps += 1;
      if (steps <= step) return action(...args);
      die();
      return new Promise<never>(() => {});
    };
  const files = { ...host.files, locked: <T>(_: string, action: () => Promise<T>) => action() } as Record<string, unknown>;
  for (const name of changing) files[name] = guarded(host.files[name] as (...args: readonly unknown[]) => Promise<unknown>);
  const keychain = { module: null, ask: guarded((requests: Parameters<KeychainPort['ask']>[0]) => host.keychain.ask(requests)) };
  const processes = { ...host.processes, pid: nobody };
  const http = { ...host.http, open: guarded(host.http.open) };
  return { host: { ...host, files: files as unknown as Files, keychain, processes, http }, died, steps: () => steps };
}
