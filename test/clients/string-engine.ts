import type { Dialect, EditableText, ParsedText, TextPath } from '../../src/clients/edit/editable-text.ts';
import { openText } from '../../src/clients/edit/open-text.ts';
import type { JsonValue } from '../../src/model/json.ts';

/** Texts in, texts out: for tests that are about bytes. */
export interface StringEngine {
  parse(text: string, dialect?: Dialect): ParsedText;
  set(text: string, path: TextPath, value: JsonValue, dialect?: Dialect): string;
  remove(text: string, path: TextPath, dialect?: Dialect): string;
  textAt(text: string, path: TextPath, dialect?: Dialect): string | null;
  setText(text: string, path: TextPath, valueText: string, dialect?: Dialect): string;
}

/** @param usual the dialect where a call names none */
function stringEngine(usual: Dialect): StringEngine {
  const open = (text: string, dialect: Dialect = usual): EditableText => openText(text, dialect);
  return {
    parse(text, dialect) {
      const { value, problems, duplicates } = open(text, dialect);
      return { value, problems, duplicates };
    },
    set: (text, path, value, dialect) => open(text, dialect).set(path, value).text,
    remove: (text, path, dialect) => open(text, dialect).remove(path).text,
    textAt: (text, path, dialect) => open(text, dialect).textAt(path),
    setText: (text, path, valueText, dialect) => open(text, dialect).setText(path, valueText).text,
  };
}

export const jsonc = stringEngine('jsonc');
export const toml = stringEngine('toml');
export const yaml = stringEngine('yaml');
export const frontMatter = stringEngine('front-matter');
