import type { EditEngine } from './edit-engine.ts';
import { yaml } from './yaml.ts';

/**
 * The YAML block at the head of a Markdown file (agents). Everything outside of it stays byte for byte; a file without
 * such a block holds nothing.
 */
export const frontMatter: EditEngine = {
  parse: (text, dialect) => {
    const block = blockOf(text);
    if (block === 'unterminated')
      return { value: undefined, problems: [{ message: 'the block at its head does not end' }], duplicates: [] };
    return block === null ? { value: undefined, problems: [], duplicates: [] } : yaml.parse(text.slice(...block), dialect);
  },
  set: (text, path, value, dialect) => within(text, (block) => yaml.set(block, path, value, dialect)),
  remove: (text, path, dialect) => within(text, (block) => yaml.remove(block, path, dialect)),
  textAt: (text, path, dialect) => {
    const block = blockOf(text);
    return block === null || block === 'unterminated' ? null : yaml.textAt(text.slice(...block), path, dialect);
  },
  setText: (text, path, saved, dialect) => within(text, (block) => yaml.setText(block, path, saved, dialect)),
};

function within(text: string, edit: (block: string) => string): string {
  const block = blockOf(text);
  // Without a block the edit of an empty one says what is wrong, or makes one.
  if (block === null || block === 'unterminated') return `---\n${edit('')}---\n${text}`;
  return text.slice(0, block[0]) + edit(text.slice(...block)) + text.slice(block[1]);
}

function blockOf(text: string): [number, number] | 'unterminated' | null {
  const head = /^---[ \t]*\r?\n/.exec(text);
  if (head === null) return null;
  const end = /^---[ \t]*$/m.exec(text.slice(head[0].length));
  return end === null ? 'unterminated' : [head[0].length, head[0].length + end.index];
}
