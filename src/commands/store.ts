import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { pruneStore, verifyStore } from '../operations/store.ts';
import { pruneDocument, verifyStoreDocument } from '../report/json/outcomes.ts';
import { pruneText, verifyStoreText } from '../report/store.ts';
import { GuardCommand } from './guard-command.ts';

export class StorePruneCommand extends GuardCommand {
  static override readonly paths = [['store', 'prune']];
  static override readonly usage = Command.Usage({
    category: 'store',
    description: 'remove trees that no pin on this machine uses, leftovers of interrupted installs, and old results of the analysis',
    examples: [['Free the space', '$0 store prune']],
  });

  override async run(host: Host): Promise<number> {
    const result = await pruneStore(host);
    this.answer(
      () => pruneText(result),
      () => pruneDocument(result),
    );
    return exit.clean;
  }
}

export class StoreVerifyCommand extends GuardCommand {
  static override readonly paths = [['store', 'verify']];
  static override readonly usage = Command.Usage({
    category: 'store',
    description: 'hash every file of every tree and compare with what was sealed',
    examples: [['Check all bytes', '$0 store verify']],
  });

  override async run(host: Host): Promise<number> {
    const result = await verifyStore(host, this.progress);
    this.answer(
      () => verifyStoreText(result, this.style()),
      () => verifyStoreDocument(result),
    );
    return result.trees.some((tree) => tree.state !== 'sound') ? exit.findings : exit.clean;
  }
}
