// Measures the text rules: recall on the written attack corpus (development and held-out half apart), and how many
// honest tools and servers carry a signal. Honest servers are documents of `pinfold info --json` in a folder:
//   node scripts/accuracy/signals.mjs [folder of *.json] [--show] [--dev]
// --show names what was missed and what fired; --dev leaves the held-out half alone, for those who change rules.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const { levelOf, textSignals } = await import(join(root, 'dist', 'analysis', 'text', 'signals.js'));
const empty = { serverInfo: null, instructions: null, tools: [], prompts: [], resources: [], resourceTemplates: [] };
const atLeastMedium = (level) => level === 'medium' || level === 'high';

/** Recall over one half of the corpus: `{total, medium, high, byStyle, missed}`; `medium` counts high as well. */
export function measureAttacks(half) {
  const attacks = JSON.parse(readFileSync(join(root, 'fixtures', 'signals', 'corpus', `${half}.json`), 'utf8'));
  const results = attacks.map(({ style, tool }) => {
    const signals = textSignals({ ...empty, tools: [tool] });
    return { style, tool, level: levelOf(signals), rules: new Set(signals.map(({ rule }) => rule)) };
  });
  const byStyle = grouped(results);
  return {
    total: results.length,
    medium: results.filter((one) => atLeastMedium(one.level)).length,
    high: results.filter((one) => one.level === 'high').length,
    byStyle: [...byStyle].map(([style, all]) => ({
      style,
      total: all.length,
      medium: all.filter((one) => atLeastMedium(one.level)).length,
    })),
    byRule: countRules(results),
    missed: results.filter((one) => !atLeastMedium(one.level)).map((one) => one.tool.name),
  };
}

/** Rule → how many attacks it fired in. */
function countRules(results) {
  const counts = {};
  for (const { rules } of results) for (const rule of rules) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}

/**
 * False alarms over honest servers, `[{name, words}]`: per tool and per server, with denominators. `words` is a manifest
 * as `info --json` prints it under `manifest.probed`.
 */
export function measureHonest(servers) {
  const rules = new Map();
  const count = { servers: servers.length, tools: 0, toolsMedium: 0, toolsHigh: 0, serversMedium: 0, serversHigh: 0 };
  const fired = [];
  for (const { name, words } of servers) {
    const signals = textSignals(words);
    count.tools += words.tools.length;
    const tools = grouped(
      signals.filter(({ field }) => field.subject.startsWith('tools/')),
      ({ field }) => field.subject,
    );
    for (const [, of] of tools) {
      if (atLeastMedium(levelOf(of))) count.toolsMedium += 1;
      if (levelOf(of) === 'high') count.toolsHigh += 1;
    }
    if (atLeastMedium(levelOf(signals))) count.serversMedium += 1;
    if (levelOf(signals) === 'high') count.serversHigh += 1;
    for (const signal of signals) {
      const rule = rules.get(signal.rule) ?? { hits: 0, servers: new Set() };
      rule.hits += 1;
      rules.set(signal.rule, { hits: rule.hits, servers: rule.servers.add(name) });
      fired.push({ server: name, ...signal });
    }
  }
  return { ...count, rules: [...rules].map(([rule, { hits, servers: of }]) => ({ rule, hits, servers: of.size })), fired };
}

function grouped(list, key = (one) => one.style) {
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

/** Servers out of a folder of `info --json` documents; those that were not probed are left out and counted. */
export function readServers(folder) {
  const documents = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      try {
        return [JSON.parse(readFileSync(join(folder, file), 'utf8'))];
      } catch {
        return [];
      }
    });
  const probed = documents.filter((document) => document.manifest?.probed);
  return {
    servers: probed.map((one) => ({ name: one.artifact.name, words: one.manifest.probed })),
    notProbed: documents.length - probed.length,
  };
}

const share = (part, whole) => `${part} of ${whole} (${whole === 0 ? '-' : ((100 * part) / whole).toFixed(1)} %)`;

function print(folder, show, halves) {
  for (const half of halves) {
    const { total, medium, high, byStyle, missed } = measureAttacks(half);
    console.log(`${half}: medium or high ${share(medium, total)}, high ${share(high, total)}`);
    if (show) console.log(`  ${byStyle.map((one) => `${one.style} ${one.medium}/${one.total}`).join(', ')}\n  missed: ${missed.join(' ')}`);
  }
  if (folder === undefined) return;
  const { servers, notProbed } = readServers(folder);
  const of = measureHonest(servers);
  console.log(`honest: ${of.servers} servers (${notProbed} more could not be probed), ${of.tools} tools`);
  console.log(`  tools with medium or high: ${share(of.toolsMedium, of.tools)}; with high: ${share(of.toolsHigh, of.tools)}`);
  console.log(`  servers with medium or high: ${share(of.serversMedium, of.servers)}; with high: ${share(of.serversHigh, of.servers)}`);
  for (const { rule, hits, servers: many } of of.rules.sort((a, b) => b.hits - a.hits))
    console.log(`  ${rule}: ${hits} texts, ${many} servers`);
  if (!show) return;
  for (const one of of.fired.filter((signal) => atLeastMedium(signal.level))) {
    const { text, subject, pointer } = one.field;
    console.log(
      `${one.level} ${one.rule} [${one.reading}] ${one.server} ${subject}${pointer}: …${text.slice(Math.max(0, one.start - 90), one.start)}»${text.slice(one.start, one.end).slice(0, 80)}«${text.slice(one.end, one.end + 90)}`.replaceAll(
        /\s+/g,
        ' ',
      ),
    );
  }
}

if (process.argv[1] === import.meta.filename) {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const halves = process.argv.includes('--dev') ? ['development'] : ['development', 'held-out'];
  print(words[0], process.argv.includes('--show'), halves);
}
