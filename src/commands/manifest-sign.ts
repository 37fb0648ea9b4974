import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { declaredFile } from '../model/declared-manifest.ts';
import { exit, GuardError } from '../model/errors.ts';
import { type SignWith, signManifest } from '../operations/manifest/sign.ts';
import { manifestSignDocument } from '../report/json/manifest.ts';
import { signedText } from '../report/manifest.ts';
import { GuardCommand } from './guard-command.ts';

export class ManifestSignCommand extends GuardCommand {
  static override readonly paths = [['manifest', 'sign']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'sign a manifest, with a key in a file or as the CI job that runs this',
    details: 'The signature lies beside it: .sig (SSH), .dsse.json (DSSE) or .sigstore.json. Publish both files.',
    examples: [
      ['With an SSH or PEM key', '$0 manifest sign --key ~/.ssh/id_ed25519'],
      ['In CI, without a key', '$0 manifest sign --keyless'],
    ],
  });

  readonly key = Option.String('--key', { description: 'secret key: Ed25519 or ECDSA P-256, in PEM or OpenSSH form' });
  readonly form = Option.String('--form', { description: 'with --key: ssh or dsse; default: ssh for an OpenSSH file' });
  readonly keyless = Option.Boolean('--keyless', false, { description: 'Sigstore, with the identity of this CI job' });
  readonly fulcio = Option.String('--fulcio-url', 'https://fulcio.sigstore.dev', { description: 'certificate authority for --keyless' });
  readonly rekor = Option.String('--rekor-url', 'https://rekor.sigstore.dev', { description: 'log for --keyless' });
  readonly file = Option.String({ name: 'file', required: false });

  override async run(host: Host): Promise<number> {
    const signed = await signManifest(resolve(host.places.cwd, this.file ?? declaredFile), this.how(host), host);
    this.answer(
      () => signedText(signed, this.style()),
      () => manifestSignDocument(signed),
    );
    return exit.clean;
  }

  private how(host: Host): SignWith {
    const { key, form } = this;
    if ((key === undefined) !== this.keyless || (form !== undefined && (this.keyless || !['ssh', 'dsse'].includes(form)))) {
      throw new GuardError('usage', 'sign takes --key FILE (with --form ssh or dsse), or --keyless', {
        why: 'a signature is made with a key of yours, or with a sign-in',
        hint: 'pinfold manifest sign --help',
      });
    }
    if (key === undefined) return { form: 'sigstore', services: { fulcioUrl: this.fulcio, rekorUrl: this.rekor } };
    return { form: form === 'ssh' || form === 'dsse' ? form : null, keyFile: resolve(host.places.cwd, key) };
  }
}
