import type { Host } from '../host/host.ts';
import type { Platform } from '../model/artifact.ts';

/** This machine in npm's words. */
export function platformOf({ machine }: Host): Platform {
  return { os: machine.platform, cpu: machine.arch, libc: machine.libc };
}
