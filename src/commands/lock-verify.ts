import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { verifyLock } from '../operations/lock/verify-lock.ts';
import { lockVerifyDocument } from '../report/json/lock.ts';
import { lockVerifiedText } from '../report/lock.ts';
import { signatureExits, VerifyingCommand } from './verifying-command.ts';

export class LockVerifyCommand extends VerifyingCommand {
  static override readonly paths = [['lock', 'verify']];
  static override readonly usage = Command.Usage({
    category: 'project',
    description: "whether somebody who is named signed a project's lock as it is",
    details:
      'Named are those of the policies here, or who the options say. Exit 0: yes; 1: no, or not signed; 3: cannot be checked here. Offline.',
    examples: [
      ['By somebody whom policy names', '$0 lock verify'],
      ['By a key', '$0 lock verify --key signing.pub'],
      [
        'By an identity',
        '$0 lock verify --identity https://github.com/o/r/.github/workflows/lock.yml@refs/heads/main --issuer https://token.actions.githubusercontent.com',
      ],
    ],
  });

  readonly project = Option.String('--project', { description: 'the project folder' });

  override async run(host: Host): Promise<number> {
    const verified = await verifyLock(this.project ?? null, this.wanted(host), host);
    this.answer(
      () => lockVerifiedText(verified, this.style()),
      () => lockVerifyDocument(verified),
    );
    return signatureExits[verified.outcome];
  }
}
