/** What a local signature is for: a signature made for one thing never counts for another. */
export interface SigningContext {
  /** Of a DSSE envelope. */
  readonly payloadType: string;
  /** Of an SSH signature (`ssh-keygen -Y sign -n`). */
  readonly namespace: string;
}

/** Every context there is. The texts are signed, so they are permanent. */
export const signingContexts = {
  manifest: { payloadType: 'application/vnd.pinfold.manifest+json', namespace: 'pinfold-manifest' },
  feed: { payloadType: 'application/vnd.pinfold.feed+json', namespace: 'pinfold-feed' },
  lock: { payloadType: 'application/vnd.pinfold.lock+json', namespace: 'pinfold-lock' },
} as const satisfies Record<string, SigningContext>;
