/** What policy (and nobody yet) says. */
export type Verdict = 'allow' | 'warn' | 'review' | 'block';

export interface Decision {
  readonly verdict: Verdict;
  /** Why, most decisive first; never empty unless `allow`. Lower case, no full stop; render through `printable()`. */
  readonly reasons: readonly string[];
  /** True when policy itself says yes to what would otherwise be asked (`autoApprove`). */
  readonly autoApproved: boolean;
}

/** What `run` does with an item that is not pinned. */
export type GateMode = 'block' | 'warn' | 'observe';
