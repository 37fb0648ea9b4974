export interface ShellCommand {
  readonly words: readonly string[];
  /** Positions of words that only the shell can fill in: `$NAME`, `"a $NAME"`. */
  readonly open: ReadonlySet<number>;
}

/** The words of one simple shell command; null when it holds anything whose meaning only a shell knows. */
export function splitShellLine(line: string): readonly string[] | null {
  const commands = splitShellCommands(line);
  const [only] = commands ?? [];
  if (commands === null || commands.length > 1 || (only !== undefined && only.open.size > 0)) return null;
  return only?.words ?? [];
}

/**
 * The simple commands of a line that run one after the other (`;`, `&&`, a new line); null when it holds anything else
 * whose meaning only a shell knows: other operators, substitutions, globs, comments, an open quote.
 * @see POSIX.1-2017, Shell Command Language, 2.2 Quoting
 */
export function splitShellCommands(line: string): readonly ShellCommand[] | null {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let open = new Set<number>();
  let word: string | null = null;
  let joined = false;
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push({ words, open });
    [words, open] = [[], new Set()];
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    const pair = line.slice(at, at + 2);
    if (character === ' ' || character === '\t') {
      endWord();
    } else if (character === ';' || character === '\n' || pair === '&&') {
      endWord();
      // An operator without a command before it, or behind `&&`, is an error of the line.
      if (words.length === 0 && character !== '\n') return null;
      endCommand();
      joined = pair === '&&';
      at += pair === '&&' ? 1 : 0;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) return null;
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '"' || character === '$') {
      const read = character === '"' ? doubleQuoted(line, at + 1) : variable(line, at);
      if (read === null) return null;
      word = (word ?? '') + read.text;
      if (read.open) open.add(words.length);
      at = read.end;
    } else if (character === '\\') {
      at += 1;
      if (at === line.length) return null;
      if (line[at] !== '\n') word = (word ?? '') + line[at];
    } else if (/[|&<>()`*?[\]{}!\r#~]/.test(character) && !(/[#~!]/.test(character) && word !== null)) {
      return null;
    } else {
      word = (word ?? '') + character;
    }
  }
  endWord();
  if (joined && words.length === 0) return null;
  endCommand();
  return commands;
}

interface Quoted {
  readonly text: string;
  readonly open: boolean;
  /** Of its last character. */
  readonly end: number;
}

function doubleQuoted(line: string, from: number): Quoted | null {
  let text = '';
  let open = false;
  for (let at = from; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '"') return { text, open, end: at };
    if (character === '`' || character === '!') return null;
    if (character === '\\' && /[$`"\\\n]/.test(line[at + 1] ?? '')) {
      at += 1;
      text += line[at] === '\n' ? '' : line[at];
    } else if (character === '$') {
      const read = variable(line, at);
      if (read === null) return null;
      text += read.text;
      open = true;
      at = read.end;
    } else {
      text += character;
    }
  }
  return null;
}

/** `$NAME`, `${NAME}`, `$0`, `$@`; `$(…)` runs another command. */
function variable(line: string, at: number): Quoted | null {
  const found = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}|[0-9@])/.exec(line.slice(at, at + 200));
  return found === null ? null : { text: found[0], open: true, end: at + found[0].length - 1 };
}
