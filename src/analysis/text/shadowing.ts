import { skeleton } from '../../model/confusable.ts';
import type { ToolsElsewhere } from '../../model/manifest.ts';
import type { TextField } from './field.ts';
import type { Signal } from './signal.ts';

export const shadowing = { id: 'shadows-a-tool', level: 'high' } as const;

/**
 * Tools that are called like one of another server. The same name is an everyday thing (`search` belongs to many) and is
 * said; a name that only looks the same was made to be taken for the other.
 */
export function shadowingSignals(fields: readonly TextField[], elsewhere: readonly ToolsElsewhere[]): readonly Signal[] {
  const bySkeleton = new Map<string, { readonly server: string; readonly tool: string }[]>();
  for (const { server, tools } of elsewhere) {
    for (const tool of tools) {
      const key = skeleton(tool);
      bySkeleton.set(key, [...(bySkeleton.get(key) ?? []), { server, tool }]);
    }
  }
  return fields
    .filter(({ kind, subject }) => kind === 'name' && subject.startsWith('tools/'))
    .flatMap((field): readonly Signal[] => {
      const others = bySkeleton.get(skeleton(field.text)) ?? [];
      const disguised = others.find(({ tool }) => spelling(tool) !== spelling(field.text));
      const other = disguised ?? others[0];
      if (other === undefined) return [];
      const place = { field, start: 0, end: field.text.length, reading: 'written' as const, other: `${other.server}: ${other.tool}` };
      return [{ rule: shadowing.id, level: disguised === undefined ? 'low' : 'high', ...place }];
    });
}

/** Names that differ only here differ by taste, not by disguise. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[\s._-]/g, '');
}
