/** A signature in a file of its own, each form with its ending: a Sigstore bundle, a DSSE envelope, an SSH signature; looked for in this order. */
export const signatureEndings = { sigstore: '.sigstore.json', dsse: '.dsse.json', ssh: '.sig' } as const;
export type SignatureForm = keyof typeof signatureEndings;
