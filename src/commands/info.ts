import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { type InfoResult, info } from '../operations/info.ts';
import { pageFile, writePage } from '../operations/page-file.ts';
import { card } from '../report/card.ts';
import { disclosurePage } from '../report/html/page.ts';
import { infoDocument } from '../report/json/info.ts';
import { whyText } from '../report/why.ts';
import { capabilityChoice } from './capability-choice.ts';
import { RemoteInfoCommand } from './info-remote.ts';

export class InfoCommand extends RemoteInfoCommand {
  static override readonly paths = [['info']];
  static override readonly usage = Command.Usage({
    category: 'before',
    description: 'show what a server is and can do, from its bytes, before anything is installed',
    details:
      'Downloads and verifies the package and everything it loads, reads the code, starts the server once in the sandbox, and prints one card. Changes nothing.',
    examples: [
      ['A package', '$0 info @modelcontextprotocol/server-filesystem'],
      [
        'An exact version, with the arguments that the server will get',
        '$0 info @modelcontextprotocol/server-filesystem@2025.8.21 -- ~/notes',
      ],
      ['A launch command from a README', '$0 info -- npx -y @modelcontextprotocol/server-memory'],
      [
        'Where in its code it changes files, and how starting it leads there',
        '$0 info --why fs.write @modelcontextprotocol/server-filesystem',
      ],
      ['A remote server: who lets clients in, and what it lists', '$0 info https://mcp.example.com/mcp'],
      ['Everything on one page that opens in any browser', '$0 info --html card.html @modelcontextprotocol/server-filesystem'],
    ],
  });

  override async run(host: Host): Promise<number> {
    await this.resolveListed(host);
    const remote = this.remote();
    if (remote !== null) return this.showRemote(remote, host);
    const { reference, typed } = this.reference();
    const classes = this.why === undefined ? null : capabilityChoice(this.why);
    const onlyPage = this.onlyPage();
    const page = this.html === undefined || onlyPage ? null : await pageFile(this.html, host);
    // The evidence is in the bytes: for the text of --why nothing has to be started.
    const probe = classes !== null && !this.json && page === null ? 'none' : await this.probeChoice(host);
    const result = await info({ reference, typed, probe, everyPlace: classes !== null }, host, this.progress);
    if (page !== null) await writePage(page, disclosurePage(result.disclosure, result), host);
    this.answer(
      () => (onlyPage ? disclosurePage(result.disclosure, result).trimEnd() : this.#text(result, classes)),
      () => infoDocument(result.disclosure, { command: result.clientCommand[0] ?? '', args: result.clientCommand.slice(1) }),
    );
    return result.disclosure.decision.verdict === 'block' ? exit.findings : exit.clean;
  }

  #text({ disclosure, clientCommand }: InfoResult, classes: ReturnType<typeof capabilityChoice> | null): string {
    if (classes === null) return card(disclosure, { full: this.full, clientCommand }, this.style());
    const { name, version } = disclosure.artifact;
    return whyText(disclosure.capabilities, classes, { subject: `${name} ${version}`, full: this.full }, this.style());
  }
}
