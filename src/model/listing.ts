/** What is compared of one version of a server as the MCP registry lists it. All text is of whoever published it. */
export interface ListingEntry {
  /** '' = not said. Need not be semver. */
  readonly version: string;
  readonly status: 'active' | 'deprecated' | 'deleted';
  /** The publisher's or the registry's words for it; '' = none. */
  readonly statusMessage: string;
  /** ISO 8601; null = not said. */
  readonly publishedAt: string | null;
  readonly packages: readonly { readonly type: string; readonly identifier: string; readonly version: string }[];
  /** Addresses, which may hold `{variables}`. */
  readonly remotes: readonly string[];
}

/** Every version under one name, as it was last answered. */
export interface KeptListing {
  /** ISO 8601. */
  readonly at: string;
  /** Empty = the registry did not know the name. */
  readonly entries: readonly ListingEntry[];
}
