import { managed, mcpo, mcpProxy, supergateway } from './bridges.ts';
import { carrier } from './carriers.ts';
import { deno } from './deno.ts';
import { docker } from './docker.ts';
import { dotenv } from './dotenv.ts';
import { dotnet } from './dotnet.ts';
import { go } from './go.ts';
import { java, jbang } from './java.ts';
import { cargo, scripts } from './local-code.ts';
import { nix } from './nix.ts';
import { node, nodeTools } from './node.ts';
import { npm, npx } from './npm.ts';
import { bun, pnpm, yarn } from './npm-like.ts';
import { corepack, env, prefix } from './prefixes.ts';
import { pipx, python } from './python.ts';
import { elsewhere, wsl } from './remote.ts';
import type { Runner } from './runner.ts';
import { shell } from './shell.ts';
import { uv } from './uv.ts';
import { cmd, powershell } from './windows.ts';

/** Every launch command that is understood. A new one is a file and a line here. */
export const runners: readonly Runner[] = [
  ...[npx, npm, pnpm, yarn, bun, node, nodeTools, deno, uv, pipx, python, docker],
  ...[go, cargo, nix, dotnet, java, jbang, scripts],
  ...[corepack, cmd, powershell, env, shell, prefix, carrier, dotenv, wsl, elsewhere],
  ...[supergateway, mcpProxy, mcpo, managed],
];
