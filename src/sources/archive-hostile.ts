/** Why an archive is refused, and at which entry; `entry` is attacker-controlled. Turned into a GuardError by `unpackTarball`. */
export class HostileArchive extends Error {
  readonly entry: string | null;
  constructor(reason: string, entry: string | null = null) {
    super(reason);
    this.entry = entry;
  }
}
