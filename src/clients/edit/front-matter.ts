import type { EditableText } from './editable-text.ts';
import { openYaml } from './yaml.ts';

/**
 * The YAML block at the head of a Markdown file (agents). Everything outside of it stays byte for byte; a file without
 * such a block holds nothing.
 */
export function openFrontMatter(text: string): EditableText {
  const block = blockOf(text);
  if (block === null || block === 'unterminated') return withoutBlock(text, block === 'unterminated');
  return within(text, block, openYaml(text.slice(...block)));
}

function within(text: string, [start, end]: readonly [number, number], yaml: EditableText): EditableText {
  const { value, problems, duplicates } = yaml;
  const put = (edited: EditableText) => {
    const whole = text.slice(0, start) + edited.text + text.slice(end);
    return within(whole, [start, start + edited.text.length], edited);
  };
  return {
    text,
    value,
    problems,
    duplicates,
    set: (path, next) => put(yaml.set(path, next)),
    remove: (path) => put(yaml.remove(path)),
    textAt: (path) => yaml.textAt(path),
    setText: (path, saved) => put(yaml.setText(path, saved)),
  };
}

/** The edit of an empty block says what is wrong, or makes one. */
function withoutBlock(text: string, unterminated: boolean): EditableText {
  const empty = openYaml('');
  const put = ({ text: block }: EditableText) => openFrontMatter(`---\n${block}---\n${text}`);
  return {
    text,
    value: undefined,
    problems: unterminated ? [{ message: 'the block at its head does not end' }] : [],
    duplicates: [],
    set: (path, value) => put(empty.set(path, value)),
    remove: (path) => put(empty.remove(path)),
    textAt: () => null,
    setText: (path, saved) => put(empty.setText(path, saved)),
  };
}

function blockOf(text: string): [number, number] | 'unterminated' | null {
  const head = /^---[ \t]*\r?\n/.exec(text);
  if (head === null) return null;
  const end = /^---[ \t]*$/m.exec(text.slice(head[0].length));
  return end === null ? 'unterminated' : [head[0].length, head[0].length + end.index];
}
