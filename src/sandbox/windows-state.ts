import { join } from 'node:path';
import { getWindowsSandboxUserStatusAsync, resolveSrtWin } from '@anthropic-ai/sandbox-runtime';
import type { Host } from '../host/host.ts';
import { sandboxHelper } from '../model/sandbox-helper.ts';
import { notSetUp, windowsReason } from './windows.ts';

type WindowsState =
  | { readonly available: true; readonly kind: 'windows'; readonly gap: string }
  | { readonly available: false; readonly why: string; readonly hint: string };

/** An account of its own is not a machine of its own; docs/sandbox.md. */
const gap = 'on Windows it also reads and changes what every account of this machine may, and it can listen on any port';

/** Whether the sandbox's account is there on Windows; asks the library's program. Never throws. */
export async function windowsState(host: Host): Promise<WindowsState> {
  const program = join(host.machine.installation, 'dist', sandboxHelper(host.machine));
  const hint = `"${program}" install (an administrator is asked once)`;
  try {
    const { provisioned, credPresent } = await getWindowsSandboxUserStatusAsync({ srtWin: resolveSrtWin({ path: program }) });
    return provisioned && credPresent ? { available: true, kind: 'windows', gap } : { available: false, why: notSetUp, hint };
  } catch (cause) {
    return { available: false, why: windowsReason(cause), hint };
  }
}
