import type { Dialect, EditableText } from './editable-text.ts';
import { openFrontMatter } from './front-matter.ts';
import { openJson } from './jsonc.ts';
import { openScript } from './script.ts';
import { openToml } from './toml.ts';
import { openYaml } from './yaml.ts';

/** Parses a text of a dialect. Never throws: what is wrong stands in `problems`. */
export function openText(text: string, dialect: Dialect): EditableText {
  return openers[dialect](text);
}

const openers: Readonly<Record<Dialect, (text: string) => EditableText>> = {
  json: (text) => openJson(text, 'json'),
  'json-comments': (text) => openJson(text, 'json-comments'),
  jsonc: (text) => openJson(text, 'jsonc'),
  json5: (text) => openJson(text, 'json5'),
  toml: openToml,
  yaml: openYaml,
  'front-matter': openFrontMatter,
  script: openScript,
};
