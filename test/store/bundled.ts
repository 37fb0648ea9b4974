import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** A TypeScript program as one file that any Node starts, for tests that kill a process; remove the folder afterwards. */
export function bundle(entry: string): { readonly program: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(import.meta.dirname, '..', '..', 'node_modules', '.pinfold-test-'));
  const program = join(folder, 'program.mjs');
  buildSync({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
