/**
 * The ways in which clients write "fill this in": `$X`, `${X}`, `${X:-or}`, `${env:X}`, `${workspaceFolder}` and its
 * relatives, `${input:x}`, `${file:/x}`, `{env:X}`, `{file:x}`, `{{X}}`, `${{ secrets.X }}`, `$env:X`, `$(command)`, `${cmd: command}`.
 */
export type Syntax =
  | 'dollar'
  | 'braces'
  | 'braces-default'
  | 'env'
  | 'folders'
  | 'input'
  | 'file'
  | 'single-braces'
  | 'double-braces'
  | 'secrets'
  | 'powershell'
  | 'shell'
  | 'cmd';

const patterns: Readonly<Record<Syntax, RegExp>> = {
  dollar: /\$[A-Za-z_][A-Za-z0-9_]*/g,
  braces: /\$\{[A-Za-z_][A-Za-z0-9_]*\}/g,
  'braces-default': /\$\{[A-Za-z_][A-Za-z0-9_.]*(?::-[^}]*)?\}/g,
  env: /\$\{env:[^}]+\}/g,
  folders: /\$\{(?:workspaceFolder(?:Basename)?(?::[^}]+)?|userHome|pathSeparator|\/|cwd|file[A-Za-z]*|config:[^}]+|command:[^}]+)\}/g,
  input: /\$\{input:[^}]+\}/g,
  file: /\$\{file:[^}]+\}/g,
  'single-braces': /\{(?:env|file):[^}]+\}/g,
  'double-braces': /\{\{[^}]+\}\}/g,
  secrets: /\$\{\{[^}]*\}\}/g,
  powershell: /\$env:[A-Za-z_][A-Za-z0-9_]*/g,
  shell: /\$\([^)]*\)/g,
  cmd: /\$\{cmd:[^}]*\}/g,
};

/** One placeholder: where it stands in the text, and its spelling. In order, never overlapping. */
export interface Placeholder {
  readonly syntax: Syntax;
  readonly start: number;
  readonly end: number;
}

/** The placeholders that a client with these syntaxes fills in. Empty when the text is literal. */
export function placeholdersIn(text: string, syntaxes: readonly Syntax[]): readonly Placeholder[] {
  const found = syntaxes.flatMap((syntax) =>
    [...text.matchAll(patterns[syntax])].map((match) => ({ syntax, start: match.index, end: match.index + match[0].length })),
  );
  const inOrder = found.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return inOrder.filter((one) => {
    if (one.start < end) return false;
    end = one.end;
    return true;
  });
}
