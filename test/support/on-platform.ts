import { SandboxManager } from '@anthropic-ai/sandbox-runtime';

/** Runs something while this process, and the sandbox's library in it, takes this machine for one with that system. */
export async function onPlatform<T>(platform: NodeJS.Platform, work: () => Promise<T>): Promise<T> {
  const real = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  Object.defineProperty(process, 'platform', { ...real, value: platform });
  try {
    return await work();
  } finally {
    await SandboxManager.reset();
    Object.defineProperty(process, 'platform', real);
  }
}
