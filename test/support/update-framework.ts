import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';

/** One key for every role of a made-up repository of the update framework. */
export interface FrameworkKey {
  readonly key: Key;
  readonly sign: (data: Buffer) => Signature;
}

export function frameworkKey(): FrameworkKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const keyID = createHash('sha256').update(hex).digest('hex');
  const key = new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: hex } });
  return { key, sign: (data) => new Signature({ keyID, sig: sign(null, data, privateKey).toString('hex') }) };
}

const specVersion = '1.0.31';

/** Root metadata of a version, signed by all of `signers`; `owner` holds every role from then on. */
export function rootMetadata(version: number, owner: FrameworkKey, signers: readonly FrameworkKey[], expires: string): Uint8Array {
  const root = new Root({ version, specVersion, expires, consistentSnapshot: false });
  for (const role of ['root', 'timestamp', 'snapshot', 'targets']) root.addKey(owner.key, role);
  return signed(new Metadata(root), signers);
}

/** Everything else of a repository, by file name. */
export function repository(
  version: number,
  owner: FrameworkKey,
  files: ReadonlyMap<string, string>,
  expires: string,
): Map<string, Uint8Array> {
  const about = { version, specVersion, expires };
  const targets = new Targets(about);
  const served = new Map<string, Uint8Array>();
  for (const [path, text] of files) {
    const bytes = Buffer.from(text);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    targets.addTarget(new TargetFile({ path, length: bytes.length, hashes: { sha256 } }));
    served.set(`targets/${path}`, bytes);
  }
  served.set('targets.json', signed(new Metadata(targets), [owner]));
  const snapshot = new Snapshot({ ...about, meta: { 'targets.json': new MetaFile({ version }) } });
  served.set('snapshot.json', signed(new Metadata(snapshot), [owner]));
  const timestamp = new Timestamp({ ...about, snapshotMeta: new MetaFile({ version }) });
  return served.set('timestamp.json', signed(new Metadata(timestamp), [owner]));
}

function signed(metadata: Metadata<Root | Targets | Snapshot | Timestamp>, signers: readonly FrameworkKey[]): Uint8Array {
  for (const { sign: signer } of signers) metadata.sign(signer);
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}
