import type { Publisher } from './publisher.ts';

/** By what two names were taken for one, strongest first. */
export const resemblances = ['skeleton', 'typo', 'scope', 'copy', 'ecosystem', 'claim', 'brand'] as const;

/**
 * - `skeleton` the same but for case, separators, look-alike letters
 * - `typo` a slip of the finger away
 * - `scope` a scope that looks like, or is called after, the vendor's
 * - `copy` the unscoped name of a scoped package, or the same name below a scope called after it
 * - `ecosystem` the name of a vendor's package in another registry
 * - `claim` calls itself the brand's official one
 * - `brand` uses the brand's name, in a way that honest third parties do too
 */
export type Resemblance = (typeof resemblances)[number];

/** What a judgement came to. `certain` is a word for the strength of the evidence, never for intent. */
export type LookalikeStrength = 'certain' | 'likely' | 'uses-name';

/** One name that the server's name may be taken for, with what is known of both. */
export interface Lookalike {
  readonly resemblance: Resemblance;
  readonly strength: LookalikeStrength;
  readonly target: {
    readonly ecosystem: 'npm' | 'pypi';
    /** A package's name, or a scope `@x`. */
    readonly name: string;
    /** Whose it is: the vendor of the table; null = it is from the user's own lock or allow-list. */
    readonly vendor: string | null;
    /** null = could not be asked; a scope has none. */
    readonly publisher: Publisher | null;
  };
  /** The vendor's own MCP server where a source names one: an address, a package, or a scope; null = none known. */
  readonly alternative: string | null;
  /** What speaks for and against, as ids in a fixed order: `same-owner-unknown`, `younger`, `few-versions`, … */
  readonly reasons: readonly string[];
}
