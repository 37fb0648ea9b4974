/** A port of this machine that leads to something else on it. */
export interface Relay {
  /** Ends every connection through it, and the port. Never rejects. */
  close(): Promise<void>;
}

/**
 * Leads TCP connections of this machine's own programs to a unix socket. Never listens on an address that others can
 * reach. Linux only.
 */
export interface RelayPort {
  /**
   * Listens on a port of 127.0.0.1 (and of ::1, where that exists). Every connection is led to the unix socket that lies in
   * the folder, named after the port; it may appear later. Others may write into the folder: only a socket is spoken to, never
   * what a link leads to, and the one that was found first for good. Without one a connection just ends.
   *
   * @param folder absolute; must exist
   * @throws GuardError `busy` when the port cannot be had.
   */
  listen(port: number, folder: string): Promise<Relay>;
}
