import { Command } from 'clipanion';
import { exit } from '../model/errors.ts';
import type { CommandContext } from './guard-command.ts';

export class HelpCommand extends Command<CommandContext> {
  static override readonly paths = [['help'], ['--help'], ['-h']];

  async execute(): Promise<number> {
    this.context.stdout.write(`${helpText(this.context.host.machine.version)}\n`);
    return exit.clean;
  }
}

/** One screen: what pinfold is for, and every command with one line. */
function helpText(version: string): string {
  return `pinfold ${version}  install guard for MCP servers

before
  info <reference>         what a server is and can do; changes nothing
  diff <from> [to]         what one version or pin gained over another
  verify <name> | --all    bytes, signatures, provenance against the approval
  inspect <file>           what the words of a saved tool list try to do

daily use
  install <reference>      show the card, ask, pin, put it into your clients
  list | status | log      every server | what is pinned, waits | what happened
  audit                    check all of them against what was approved
  update <name>            show what the newer version gains, ask, re-pin
  approve | unblock        show what was withheld, ask, pin it | lift a block
  remove | enable | disable   take it out of the clients | switch it on or off
  adopt | release          put entries behind the guard | give them back
  exec -- … | watch        decide about what an installer | anybody else wrote
  review [name] [--web]    what waits for you: look at it, and decide
  sync | restore           copy servers between clients | a file as it was
  open <link>              take a one-click install link through the card
  run <name> | run -- …    what a client starts | the guard before any command

project, store, authors
  trust                    let what this repository brings count here
  store prune | verify | sandbox show | allow   hash every file | what one may do
  secrets move | list | set   take keys out of client files, and keep them
  advisories refresh | ignore   ask who was revoked | let a wrong one pass
  manifest create | check | changelog | sign | verify   for authors
  revoke <what> | feed build | verify | serve   say what must not run any more

a <reference> is a package (@scope/name, name@1.2.3, name@^1, npm:…, a purl)
or a whole launch command after --  (pinfold info -- npx -y @scope/name)
every command takes --json, --offline and --help`;
}
