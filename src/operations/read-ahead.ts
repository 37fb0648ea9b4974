/** Work that is begun before all that it needs is there; what it misses is done later by somebody else. */
export interface Ahead {
  /** There is more to work with. */
  more(): void;
  /** Settles, never rejects, when nothing is under way; nothing more is begun. */
  end(): Promise<void>;
}

/**
 * Reads what can be known to be needed, over and over, as long as there is something: a package's files are read while
 * the next ones are still being downloaded. A failure ends it silently: whoever needs the file meets it again.
 *
 * @param find what is to be read, as far as is known by now; called again when that was read
 */
export function readAhead<Place>(find: () => readonly Place[], read: (places: readonly Place[]) => Promise<void>): Ahead {
  let running: Promise<void> | null = null;
  let ended = false;
  return {
    more() {
      if (!ended) running ??= run().finally(() => (running = null));
    },
    async end() {
      ended = true;
      await running;
    },
  };

  async function run(): Promise<void> {
    try {
      for (let places = find(); places.length > 0 && !ended; places = find()) await read(places);
    } catch {
      ended = true;
    }
  }
}
