import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { signLock } from '../operations/lock/sign-lock.ts';
import { lockSignDocument } from '../report/json/lock.ts';
import { lockSignedText } from '../report/lock.ts';
import { SigningCommand } from './signing-command.ts';

export class LockSignCommand extends SigningCommand {
  static override readonly paths = [['lock', 'sign']];
  static override readonly usage = Command.Usage({
    category: 'project',
    description: "sign a project's lock, with a key in a file or as the CI job that runs this",
    details:
      'Signs the bytes of .pinfold/lock.json, which names everything that is pinned by its digest. The signature lies in .pinfold/signatures: commit it with the lock, and sign again after every change. It counts where policy names the signer (lockSigners).',
    examples: [
      ['With an SSH or PEM key', '$0 lock sign --key ~/.ssh/id_ed25519'],
      ['In CI, without a key', '$0 lock sign --keyless'],
    ],
  });

  readonly project = Option.String('--project', { description: 'the project folder' });

  override async run(host: Host): Promise<number> {
    const signed = await signLock(this.project ?? null, this.how(host), host);
    this.answer(
      () => lockSignedText(signed, this.style()),
      () => lockSignDocument(signed),
    );
    return exit.clean;
  }
}
