import type { Node } from 'oxc-parser';
import type { LinkCollector } from './linking/collect.ts';
import type { Evaluator } from './syntax/evaluate.ts';
import type { Origin } from './syntax/origin.ts';
import type { Terms } from './syntax/terms.ts';
import type { UseCollector } from './uses.ts';

/** Shared by the rules that look at one file. */
export interface SourceContext {
  readonly evaluator: Evaluator;
  readonly terms: Terms;
  readonly links: LinkCollector;
  readonly isCrowded: (name: string) => boolean;
  readonly written: WrittenPrograms;
  readonly uses: UseCollector;
  readonly imports: Set<string>;
  readonly mentions: Set<string>;
  readonly hosts: Set<string>;
  readonly lineOf: (node: Node) => number;
  readonly loadUnknown: (node: Node, head: string) => void;
}

/** Notes what a file writes and what it starts, and says in the end whether it starts what it has written. */
export interface WrittenPrograms {
  readonly call: (origins: readonly Origin[], call: Node & { type: 'CallExpression' | 'NewExpression' }) => void;
  readonly finish: (context: Pick<SourceContext, 'uses' | 'lineOf'>) => void;
}
