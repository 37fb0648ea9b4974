import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Functions of this very tree, bundled because Node 20 runs no TypeScript. @param entry the text of a module with exports from `./src/…` */
export async function bundledSources(name, entry) {
  const outfile = join(root, 'node_modules', '.cache', `pinfold-${name}.mjs`);
  await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return import(outfile);
}
