import { resolve } from 'node:path';
import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import type { Wanted } from '../operations/signing/wanted.ts';
import { GuardCommand } from './guard-command.ts';

/** What a script is told of a signature that was asked for. */
export const signatureExits = {
  verified: exit.clean,
  absent: exit.findings,
  invalid: exit.findings,
  unavailable: exit.incomplete,
} as const;

/** A command that verifies a signature: whose. */
export abstract class VerifyingCommand extends GuardCommand {
  readonly key = Option.String('--key', { description: 'public keys: PEM, *.pub, authorized_keys or allowed_signers' });
  readonly identity = Option.String('--identity', { description: 'subject of the certificate, compared exactly' });
  readonly issuer = Option.String('--issuer', { description: 'who issued the identity, compared exactly' });
  readonly trustedRoot = Option.String('--trusted-root', { description: 'trusted_root.json of another Sigstore instance' });

  /** Whom the words of the command name; null = nobody. @throws GuardError `usage` for half a name, or two */
  protected wanted({ places: { cwd } }: Host): Wanted | null {
    const { key, identity: subject, issuer, trustedRoot } = this;
    if ([key, subject, issuer, trustedRoot].every((one) => one === undefined)) return null;
    if (key !== undefined && subject === undefined && issuer === undefined && trustedRoot === undefined)
      return { keyFile: resolve(cwd, key) };
    if (key === undefined && subject !== undefined && issuer !== undefined)
      return { identity: { subject, issuer }, trustedRootFile: trustedRoot === undefined ? null : resolve(cwd, trustedRoot) };
    return this.sayWhose();
  }

  protected sayWhose(): never {
    throw new GuardError('usage', 'verify takes --key FILE, or --identity and --issuer', {
      why: 'a signature of anybody is no answer: say whose',
      hint: `pinfold ${this.path.join(' ')} --help`,
    });
  }
}
