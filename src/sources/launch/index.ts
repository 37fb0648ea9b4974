import { deno } from './deno.ts';
import { docker } from './docker.ts';
import { node } from './node.ts';
import { npm, npx } from './npm.ts';
import { bun, pnpm, yarn } from './npm-like.ts';
import { pipx, python, uv } from './python.ts';
import type { Runner } from './runner.ts';
import { cmd, corepack, env, shell } from './wrappers.ts';

/** Every launch command that is understood. A new one is a file and a line here. */
export const runners: readonly Runner[] = [npx, npm, pnpm, yarn, bun, node, deno, uv, pipx, python, docker, corepack, cmd, env, shell];
