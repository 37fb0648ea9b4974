import type { ToolsElsewhere } from '../../model/manifest.ts';
import { isShadowing, takenName, toolIndex } from '../../model/taken-name.ts';
import type { TextField } from './field.ts';
import type { Signal } from './signal.ts';

export const shadowing = { id: 'shadows-a-tool', level: 'high' } as const;

/** Tools that are called like one of another server: said where that is all, loud where the text or a disguise goes with it. */
export function shadowingSignals(fields: readonly TextField[], elsewhere: readonly ToolsElsewhere[]): readonly Signal[] {
  const index = toolIndex(elsewhere);
  if (index.size === 0) return [];
  const texts = new Map<string, string[]>();
  for (const { subject, kind, text } of fields) {
    if (kind === 'name') continue;
    const known = texts.get(subject);
    if (known === undefined) texts.set(subject, [text]);
    else known.push(text);
  }
  return fields
    .filter(({ kind, subject }) => kind === 'name' && subject.startsWith('tools/'))
    .flatMap((field): readonly Signal[] => {
      const taken = takenName(field.text, texts.get(field.subject) ?? [], index);
      if (taken === null) return [];
      const place = { field, start: 0, end: field.text.length, reading: 'written' as const, other: `${taken.server}: ${taken.tool}` };
      return [{ rule: shadowing.id, level: isShadowing(taken) ? 'high' : 'low', ...place }];
    });
}
