import { type Finding, finding } from '../model/finding.ts';
import type { JsonValue } from '../model/json.ts';
import { itemKinds, listings } from '../model/manifest.ts';
import { hiddenCharactersOf } from '../model/printable.ts';
import type { WordCheck } from './check.ts';

/** Invisible, bidirectional, control and tag characters in any text that the server declares, one finding per place. */
export const hiddenCharacters: WordCheck = {
  codes: ['hidden-characters'],
  run({ probed, static: found }) {
    const findings: Finding[] = [];
    if (probed !== null) {
      for (const kind of itemKinds) {
        for (const item of probed.manifest[kind]) inValue(item, `${kind}/${String(item[listings[kind].key] ?? '')}`, '', findings);
      }
      inValue(probed.manifest.instructions, 'instructions', '', findings);
      inValue(probed.manifest.serverInfo, 'serverInfo', '', findings);
      return findings;
    }
    for (const kind of ['tools', 'prompts', 'resources'] as const) {
      for (const { name, description } of found[kind]) inValue({ name, description }, `${kind}/${name}`, '', findings);
    }
    return findings;
  },
};

function inValue(value: JsonValue, subject: string, pointer: string, findings: Finding[]): void {
  if (typeof value === 'string') report(value, subject, pointer, findings);
  else if (Array.isArray(value)) for (const [index, inner] of value.entries()) inValue(inner, subject, `${pointer}/${index}`, findings);
  else if (value !== null && typeof value === 'object') {
    for (const [member, inner] of Object.entries(value)) {
      const below = `${pointer}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      report(member, subject, below, findings);
      inValue(inner as JsonValue, subject, below, findings);
    }
  }
}

function report(text: string, subject: string, pointer: string, findings: Finding[]): void {
  const hidden = hiddenCharactersOf(text);
  if (hidden.length === 0) return;
  const points = hidden.map((point) => `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  findings.push(finding('hidden-characters', subject, { pointer, characters: [...new Set(points)].sort() }));
}
