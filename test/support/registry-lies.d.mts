import type { Lie } from './registry-server.mjs';

export const lies: {
  wrongIntegrity(): Lie;
  truncatedTarball(): Lie;
  changedBytes(): Lie;
  status(code: number, only?: 'packument' | 'tarball'): Lie;
  hangs(only?: 'packument' | 'tarball'): Lie;
  stalls(): Lie;
  breaksOff(): Lie;
  endlessTarball(): Lie;
  hugePackument(bytes: number): Lie;
  notJson(): Lie;
  stripped(): Lie;
  bare(): Lie;
  disagrees(other: Readonly<Record<string, unknown>>): Lie;
  dist(other: Readonly<Record<string, unknown>>): Lie;
};
