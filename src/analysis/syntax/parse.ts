import { type Program, parseSync } from 'oxc-parser';
import { limits } from '../../model/limits.ts';
import { nestsTooDeep } from './nesting.ts';

/** `crashed` and `timeout` are said of a file by whoever had it read in another process. */
export type UnreadableReason = 'too-large' | 'too-deep' | 'not-text' | 'syntax' | 'crashed' | 'timeout';

export interface ParsedSource {
  readonly program: Program;
  readonly text: string;
  /** The 1-based line of an offset. */
  readonly lineOf: (offset: number) => number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * The syntax tree of a JavaScript or TypeScript file, or why there is none. Never throws: the bytes are hostile, and a
 * file that cannot be read costs a bound and a "cannot tell", not the analysis.
 */
export function parseSource(path: string, bytes: Uint8Array): ParsedSource | UnreadableReason {
  if (bytes.length > limits.sourceMaxBytes) return 'too-large';
  const text = decode(bytes);
  if (text === null) return 'not-text';
  if (nestsTooDeep(text)) return 'too-deep';
  try {
    const parsed = parseSync(path, text, {
      lang: /\.[cm]?tsx?$/.test(path) ? 'ts' : 'js',
      // `unambiguous` reads a file the way either loader could; a top-level `return` only parses as CommonJS.
      sourceType: /\.cjs$/.test(path) ? 'commonjs' : 'unambiguous',
      preserveParens: false,
    });
    if (parsed.errors.length === 0) return { program: parsed.program, text, lineOf: lineFinder(text) };
    const commonjs = parseSync(path, text, { lang: 'js', sourceType: 'commonjs', preserveParens: false });
    return commonjs.errors.length === 0 ? { program: commonjs.program, text, lineOf: lineFinder(text) } : 'syntax';
  } catch {
    return 'syntax';
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
