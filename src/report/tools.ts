import type { Disclosure } from '../model/disclosure.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { hang, pad, truncate, width } from './layout.ts';
import type { Style } from './style.ts';

const shownOnCard = 12;

/** Title and lines of what the server offers: the probed view when there is one, else what its code names. */
export function manifestLines(disclosure: Disclosure, style: Style, full: boolean): readonly [string, readonly string[]] {
  const { probed } = disclosure;
  if (probed === null) return staticLines(disclosure, style, full);
  const { manifest } = probed;
  const lines = toolLines(
    manifest.tools.map((tool) => [text(tool['name']), annotations(tool), text(tool['description'])]),
    style,
    full,
  );
  const others = [
    manifest.prompts.length > 0 ? count(manifest.prompts.length, 'prompt') : '',
    manifest.resources.length > 0 ? `${count(manifest.resources.length, 'resource')} (pinned ${probed.resourcePinning})` : '',
    manifest.resourceTemplates.length > 0 ? count(manifest.resourceTemplates.length, 'resource template') : '',
    probed.agentRequests.length > 0 ? `asks the client for ${probed.agentRequests.join(', ')}` : '',
  ].filter((part) => part !== '');
  if (others.length > 0) lines.push(hang('  also  ', printable(others.join(' · ')), style.columns));
  if (manifest.instructions !== null)
    lines.push(hang('  tells the model  ', `"${printable(manifest.instructions, { maxLength: full ? 4_000 : 200 })}"`, style.columns));
  return [`tools (${manifest.tools.length}, as it showed them in the sandbox)`, lines];
}

function staticLines(disclosure: Disclosure, style: Style, full: boolean): readonly [string, readonly string[]] {
  const items = disclosure.static.tools;
  const lines = toolLines(
    items.map((item) => [item.name, item.confidence === 'guessed' ? ['guessed'] : [], item.description ?? '']),
    style,
    full,
  );
  for (const gap of disclosure.static.gaps.slice(0, 3)) lines.push(hang('  may be incomplete: ', printable(gap), style.columns));
  return [
    `tools (${items.length}, from its code; it ${disclosure.probeAbsence?.why === 'failed' ? 'did not answer' : 'was not started'})`,
    lines,
  ];
}

function toolLines(tools: readonly (readonly [string, readonly string[], string])[], style: Style, full: boolean): string[] {
  const listed = full ? tools : tools.slice(0, shownOnCard);
  const names = listed.map(([name]) => printable(name, { maxLength: 60 }));
  const widest = Math.min(32, Math.max(0, ...names.map(width)));
  const lines = listed.map(([, marks, description], index) => {
    const mark = marks.length === 0 ? '' : `[${marks.join(', ')}] `;
    const start = `  ${pad(names[index] ?? '', widest)}  `;
    if (full) return hang(start, mark + printable(description, { maxLength: 4_000 }), style.columns);
    return (
      start + truncate(mark + printable(description.split('\n')[0] ?? '', { maxLength: 200 }), Math.max(20, style.columns - width(start)))
    );
  });
  if (listed.length < tools.length) lines.push(`  … and ${tools.length - listed.length} more (--full lists them)`);
  return lines;
}

/** What the tool says about itself; hints of the server, never facts. */
function annotations(tool: JsonObject): readonly string[] {
  const hints = tool['annotations'];
  if (!isObject(hints)) return [];
  if (hints['readOnlyHint'] === true) return ['says read-only'];
  return hints['destructiveHint'] === true ? ['says destructive'] : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
