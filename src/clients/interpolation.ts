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

/** What a placeholder stands for, whichever way it is spelled. `other`: something that only its own client can fill in. */
type Meaning =
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string | null }
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'other' };

/**
 * The same text for a client with other syntaxes. null when it cannot be said there: a placeholder that the client does
 * not have, or literal text that it would take for one.
 */
export function translate(text: string, from: readonly Syntax[], to: readonly Syntax[]): string | null {
  let [result, at]: [string, number] = ['', 0];
  const expected: string[] = [];
  for (const one of placeholdersIn(text, from)) {
    const printed = print(meaningOf(text.slice(one.start, one.end), one.syntax), to);
    if (printed === null) return null;
    expected.push(printed);
    result += text.slice(at, one.start) + printed;
    at = one.end;
  }
  result += text.slice(at);
  const there = placeholdersIn(result, to).map(({ start, end }) => result.slice(start, end));
  return there.length === expected.length && there.every((spelling, index) => spelling === expected[index]) ? result : null;
}

function meaningOf(spelling: string, syntax: Syntax): Meaning {
  switch (syntax) {
    case 'dollar':
      return { kind: 'variable', name: spelling.slice(1), fallback: null };
    case 'powershell':
      return { kind: 'variable', name: spelling.slice('$env:'.length), fallback: null };
    case 'env':
      return { kind: 'variable', name: spelling.slice('${env:'.length, -1), fallback: null };
    case 'braces':
    case 'braces-default': {
      const [name = '', ...fallback] = spelling.slice(2, -1).split(':-');
      return { kind: 'variable', name, fallback: fallback.length === 0 ? null : fallback.join(':-') };
    }
    case 'single-braces':
      return spelling.startsWith('{env:')
        ? { kind: 'variable', name: spelling.slice('{env:'.length, -1), fallback: null }
        : { kind: 'other' };
    case 'folders':
      return { kind: 'folder', name: spelling.slice(2, -1) };
    default:
      return { kind: 'other' };
  }
}

function print(meaning: Meaning, to: readonly Syntax[]): string | null {
  if (meaning.kind === 'other') return null;
  if (meaning.kind === 'folder') return to.includes('folders') ? `\${${meaning.name}}` : null;
  const { name, fallback } = meaning;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return null;
  if (fallback !== null) return to.includes('braces-default') ? `\${${name}:-${fallback}}` : null;
  const spellings: readonly (readonly [Syntax, string])[] = [
    ['env', `\${env:${name}}`],
    ['braces-default', `\${${name}}`],
    ['braces', `\${${name}}`],
    ['single-braces', `{env:${name}}`],
    ['dollar', `$${name}`],
    ['powershell', `$env:${name}`],
  ];
  return spellings.find(([syntax]) => to.includes(syntax))?.[1] ?? null;
}
