/** One change of one file, as data: operations collect them and apply all or none (`transact`). */
export interface PlannedWrite {
  /** Absolute. */
  readonly path: string;
  /** What the file holds now; null = it does not exist. Anything else at the time of writing stops the transaction. */
  readonly before: Uint8Array | null;
  /** What it shall hold; null = it shall be gone. */
  readonly after: Uint8Array | null;
  /** Permission bits of a new file; an existing one keeps its own. Default 0o600. */
  readonly mode?: number;
}
