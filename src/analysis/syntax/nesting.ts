/** Deeper than this and the native parser may exhaust its stack, which ends the process; measured to hold to 10,000. */
const maxDepth = 4_000;
/** Member and call chains (`a.b().c()…`) cost the parser far less per link; measured to hold to 100,000. */
const maxChain = 40_000;
/** A file this small cannot nest deeper than the parser holds. */
const alwaysSafeLength = 4_000;

/** After these words a slash starts a regular expression. */
const operatorWords = new Set(
  'return typeof instanceof in new delete void throw case do else await yield of export default extends'.split(' '),
);
/** A parenthesis after these words is a statement's head: what follows it is not an operand. */
const headWords = new Set(['if', 'while', 'for', 'with']);
/** A line that starts with one of these may continue the expression before it. */
const continuingWords = new Set('in instanceof else of as satisfies while catch finally extends implements is'.split(' '));
const prefixWords = new Set('new typeof void delete await yield if while for with else do in instanceof case as extends'.split(' '));

/**
 * True when the text may nest deeper than the native parser survives, or when it cannot be told where its literals
 * end. An upper bound from a single pass over the characters: brackets that are open at once, plus the operators that
 * follow each other inside each of them without a separator. The text is attacker-controlled.
 */
export function nestsTooDeep(text: string): boolean {
  if (text.length <= alwaysSafeLength) return false;
  return scan(text);
}

/** Of ASCII, what a word consists of: cheaper than asking the regular expression at every character. */
const isWordCode = Array.from({ length: 0x80 }, (_, code) => /[\w$\\#]/.test(String.fromCharCode(code)));

interface Level {
  /** Operators since the last separator of this bracket. */
  run: number;
  chain: number;
  readonly opener: string;
  /** True for the parenthesis of `if (…)` and its kind. */
  readonly head: boolean;
}

function scan(text: string): boolean {
  const levels: Level[] = [{ run: 0, chain: 0, opener: '', head: false }];
  const word = /[\p{ID_Continue}$\u200c\u200d\\#]+/uy;
  let depth = 0;
  let at = 0;
  /** The last significant token: a word, one character, `value` for a literal, `head)` for the end of a statement's head. */
  let last = ';';
  let newLine = false;
  while (at < text.length) {
    const level = levels[levels.length - 1] as Level;
    const found = text[at] as string;
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) newLine = true;
    if (code < 0x80 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : /\s/.test(found)) {
      at++;
      continue;
    }
    if (found === '/' && text[at + 1] === '/') {
      at = lineEnd(text, at);
      continue;
    }
    if (found === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
      continue;
    }
    if (found === '<' && text.startsWith('<!--', at) && hasQuote(text.slice(at, lineEnd(text, at)))) return true;
    word.lastIndex = at;
    const name = code < 0x80 && !isWordCode[code] ? undefined : word.exec(text)?.[0];
    if (name !== undefined) {
      const continues = continuingWords.has(name) || prefixWords.has(last);
      // Two operands on two lines: a statement ended between them, whatever the text says about semicolons.
      if (newLine && !continues && /[\p{ID_Continue}$"'`\]}]$/u.test(last)) depth -= reset(level);
      if (last !== '.' && prefixWords.has(name)) {
        level.run++;
        depth++;
      }
      last = last === '.' ? 'value' : name;
      at += name.length;
    } else if (found === '"' || found === "'") {
      at = stringEnd(text, at);
      last = 'value';
    } else if (found === '`') {
      at = templatePartEnd(text, at + 1);
      if (text[at - 1] === '{') open('`');
      else last = 'value';
    } else if (found === '/' && slashStarts(last) !== 'division') {
      const end = regexEnd(text, at);
      if (slashStarts(last) === 'unclear' && hasQuote(text.slice(at, lineEnd(text, at)))) return true;
      if (slashStarts(last) === 'unclear' || end < 0) at++;
      else at = end;
      last = slashStarts(last) === 'unclear' ? '/' : 'value';
    } else {
      at++;
      if (found === '(' || found === '[' || found === '{') open(found);
      else if (found === ')' || found === ']' || found === '}') close();
      else if (found === ';' || found === ',') {
        // `if (a); else if (b); else …` nests although it is full of separators.
        if (!/^\s*else\b/.test(text.slice(at, at + 40))) depth -= reset(level);
        last = found;
      } else if (found === '.') {
        level.chain++;
        last = '.';
      } else {
        last = (found === '+' || found === '-') && text[at - 2] === found ? '++' : found;
        level.run++;
        depth++;
      }
    }
    newLine = false;
    if (depth > maxDepth || (levels[levels.length - 1] as Level).chain > maxChain) return true;
  }
  return false;

  function open(opener: string): void {
    levels.push({ run: 0, chain: 0, opener, head: opener === '(' && headWords.has(last) });
    depth++;
    last = opener === '`' ? '(' : opener;
  }

  function close(): void {
    const ended = levels.length > 1 ? (levels.pop() as Level) : { run: 0, chain: 0, opener: '', head: false };
    const outer = levels[levels.length - 1] as Level;
    depth -= ended.run + 1;
    outer.chain++;
    last = ended.head ? 'head)' : ended.opener === '{' ? '}' : ')';
    if (ended.opener !== '`') return;
    at = templatePartEnd(text, at);
    if (text[at - 1] === '{') open('`');
    else last = 'value';
  }
}

function reset(level: Level): number {
  const { run } = level;
  level.run = 0;
  level.chain = 0;
  return run;
}

/** What a slash means after this token; after a brace or an operator that may be a suffix only the grammar knows. */
function slashStarts(last: string): 'division' | 'regex' | 'unclear' {
  if (last === '}' || last === '++' || last === 'of' || last === 'await' || last === 'yield') return 'unclear';
  if (last === 'head)' || operatorWords.has(last)) return 'regex';
  return last === ')' || last === ']' || last === 'value' || /[\p{ID_Continue}$]$/u.test(last) ? 'division' : 'regex';
}

function lineEnd(text: string, from: number): number {
  const end = /[\n\r\u2028\u2029]/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

function hasQuote(text: string): boolean {
  return /["'`]|\/\*|\*\//.test(text.slice(1));
}

function stringEnd(text: string, from: number): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === '\n') return at;
  }
  return text.length;
}

/** Just behind the closing back quote, or behind the `${` of the next hole. */
function templatePartEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return at + 1;
    else if (text[at] === '$' && text[at + 1] === '{') return at + 2;
  }
  return text.length;
}

/** Just behind the closing slash; negative when the line ends first. */
function regexEnd(text: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    const found = text[at];
    if (found === '\n' || found === '\r') return -1;
    if (found === '\\') at++;
    else if (found === '[') inClass = true;
    else if (found === ']') inClass = false;
    else if (found === '/' && !inClass) return at + 1;
  }
  return -1;
}
