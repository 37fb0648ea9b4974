import { resolve } from 'node:path';
import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { SignWith } from '../operations/signing/sign-bytes.ts';
import { GuardCommand } from './guard-command.ts';

/** A command that signs: with what. */
export abstract class SigningCommand extends GuardCommand {
  readonly key = Option.String('--key', { description: 'secret key: Ed25519 or ECDSA P-256, in PEM or OpenSSH form' });
  readonly form = Option.String('--form', { description: 'with --key: ssh or dsse; default: ssh for an OpenSSH file' });
  readonly keyless = Option.Boolean('--keyless', false, { description: 'Sigstore, with the identity of this CI job' });
  readonly fulcio = Option.String('--fulcio-url', 'https://fulcio.sigstore.dev', { description: 'certificate authority for --keyless' });
  readonly rekor = Option.String('--rekor-url', 'https://rekor.sigstore.dev', { description: 'log for --keyless' });

  protected how(host: Host): SignWith {
    const { key, form } = this;
    if ((key === undefined) !== this.keyless || (form !== undefined && (this.keyless || !['ssh', 'dsse'].includes(form)))) {
      throw new GuardError('usage', 'sign takes --key FILE (with --form ssh or dsse), or --keyless', {
        why: 'a signature is made with a key of yours, or with a sign-in',
        hint: `pinfold ${this.path.join(' ')} --help`,
      });
    }
    if (key === undefined) return { form: 'sigstore', services: { fulcioUrl: this.fulcio, rekorUrl: this.rekor } };
    return { form: form === 'ssh' || form === 'dsse' ? form : null, keyFile: resolve(host.places.cwd, key) };
  }
}
