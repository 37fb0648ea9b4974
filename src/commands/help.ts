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
  info <reference>            what a server is and can do; changes nothing
  diff | inspect <file>       what a version gained | what saved words try to do
  verify <name> | --all       bytes, signatures, provenance against approval

daily use
  install <reference>         show the card, ask, pin, put it into clients
  list | status | log         every server | what waits | what happened
  audit                       check all of them against what was approved
  update <name>               show what the newer version gains, ask, re-pin
  review | approve | unblock  what waits, or was withheld: decide | lift a block
  remove | enable | disable   take it out of the clients | switch it on, off
  login | logout <name>       sign in to a remote server | forget that
  adopt | release             put entries behind the guard | give them back
  exec -- … | watch           decide about what an installer | anybody wrote
  open | sync | restore       an install link | copy servers | a file as it was
  run <name> | run -- …       what a client starts | the guard as a prefix

project, store, keys
  trust                       let what this repository brings count here
  secrets move | list | set   keys out of client files | what is kept | another
  store prune | verify | sandbox show | allow   hash every file | what one may do
  advisories refresh | ignore   ask who was revoked | let a wrong one pass

authors and teams
  manifest create | check | changelog | sign | verify   what a server declares
  revoke <what> | feed build | verify | serve   say what must not run any more

a <reference> is a package (@scope/name, name@1.2.3, name@^1, npm:…, a purl)
or a whole launch command after --  (pinfold info -- npx -y @scope/name)
every command takes --json, --offline and --help`;
}
