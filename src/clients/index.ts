import { GuardError } from '../model/errors.ts';
import { fiveIre } from './5ire.ts';
import { amazonQ } from './amazon-q.ts';
import { amp } from './amp.ts';
import { antigravity } from './antigravity.ts';
import { anythingllm } from './anythingllm.ts';
import { augment } from './augment.ts';
import { bedrockClient } from './bedrock-client.ts';
import { boltai } from './boltai.ts';
import { cherryStudio } from './cherry-studio.ts';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { ClientAdapter } from './client.ts';
import { cline } from './cline.ts';
import { codebuddy } from './codebuddy.ts';
import { codewhale } from './codewhale.ts';
import { codex } from './codex.ts';
import { comate } from './comate.ts';
import { continueDev } from './continue.ts';
import { copilotCli } from './copilot-cli.ts';
import { copilotEclipse } from './copilot-eclipse.ts';
import { copilotJetbrains } from './copilot-jetbrains.ts';
import { copilotXcode } from './copilot-xcode.ts';
import { cortexCode } from './cortex-code.ts';
import { crush } from './crush.ts';
import { cursor } from './cursor.ts';
import { deepagents } from './deepagents.ts';
import { devinLocal } from './devin-local.ts';
import { dockerMcpToolkit } from './docker-mcp-toolkit.ts';
import { droid } from './droid.ts';
import { enconvo } from './enconvo.ts';
import { firebender } from './firebender.ts';
import { geminiCli } from './gemini-cli.ts';
import { goose } from './goose.ts';
import { grokBuild } from './grok-build.ts';
import { hermes } from './hermes.ts';
import { jan } from './jan.ts';
import { jetbrainsAiAssistant } from './jetbrains-ai-assistant.ts';
import { junie } from './junie.ts';
import { kiloCode } from './kilo-code.ts';
import { kimiCode } from './kimi-code.ts';
import { kiro } from './kiro.ts';
import { librechat } from './librechat.ts';
import { lmStudio } from './lm-studio.ts';
import { mcphubNvim } from './mcphub-nvim.ts';
import { mcpo } from './mcpo.ts';
import { mcporter } from './mcporter.ts';
import { minimaxCode } from './minimax-code.ts';
import { mistralVibe } from './mistral-vibe.ts';
import { museCode } from './muse-code.ts';
import { nanobot } from './nanobot.ts';
import { nanocoder } from './nanocoder.ts';
import { openWebui } from './open-webui.ts';
import { openclaw } from './openclaw.ts';
import { opencode } from './opencode.ts';
import { openhands } from './openhands.ts';
import { pi } from './pi.ts';
import { qoder } from './qoder.ts';
import { qwenCode } from './qwen-code.ts';
import { raycast } from './raycast.ts';
import { reasonix } from './reasonix.ts';
import { rooCode } from './roo-code.ts';
import { rovoDev } from './rovo-dev.ts';
import { sema4 } from './sema4.ts';
import { stakpak } from './stakpak.ts';
import { tabnine } from './tabnine.ts';
import { tome } from './tome.ts';
import { trae } from './trae.ts';
import { visualStudio } from './visual-studio.ts';
import { vscode } from './vscode.ts';
import { vscodeInsiders } from './vscode-insiders.ts';
import { vscodium } from './vscodium.ts';
import { vtcode } from './vtcode.ts';
import { warp } from './warp.ts';
import { windowsOdr } from './windows-odr.ts';
import { windsurf } from './windsurf.ts';
import { witsy } from './witsy.ts';
import { xcodeAgents } from './xcode-agents.ts';
import { zed } from './zed.ts';

/** Every client that pinfold knows, in the order of listings. Written by hand: nothing is loaded by name. */
export const clients: readonly ClientAdapter[] = [
  claudeDesktop,
  claudeCode,
  vscode,
  vscodeInsiders,
  vscodium,
  copilotCli,
  copilotJetbrains,
  copilotXcode,
  copilotEclipse,
  visualStudio,
  cursor,
  windsurf,
  devinLocal,
  codex,
  geminiCli,
  antigravity,
  qwenCode,
  xcodeAgents,
  zed,
  jetbrainsAiAssistant,
  junie,
  kiro,
  amazonQ,
  cline,
  rooCode,
  kiloCode,
  continueDev,
  augment,
  goose,
  opencode,
  crush,
  amp,
  droid,
  kimiCode,
  mistralVibe,
  grokBuild,
  rovoDev,
  openhands,
  openclaw,
  hermes,
  warp,
  lmStudio,
  jan,
  cherryStudio,
  fiveIre,
  raycast,
  boltai,
  anythingllm,
  librechat,
  mcpo,
  openWebui,
  trae,
  qoder,
  codebuddy,
  sema4,
  mcporter,
  mcphubNvim,
  dockerMcpToolkit,
  windowsOdr,
  bedrockClient,
  codewhale,
  comate,
  cortexCode,
  deepagents,
  enconvo,
  firebender,
  minimaxCode,
  museCode,
  nanobot,
  nanocoder,
  pi,
  reasonix,
  stakpak,
  tabnine,
  tome,
  vtcode,
  witsy,
];

/** The client of an id. @throws GuardError `client-not-found`. */
export function clientById(id: string): ClientAdapter {
  const found = clients.find((client) => client.id === id);
  if (found !== undefined) return found;
  throw new GuardError('client-not-found', `there is no client \`${id}\``, {
    why: 'pinfold does not know it',
    hint: `for example claude-code, cursor, vscode, codex; docs/clients.md names all ${clients.length}`,
  });
}
