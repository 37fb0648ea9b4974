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
  diff <from> [to]            what one version or pin gained over another
  verify <name> | --all       bytes, signatures, provenance against approval
  inspect <file>              what the words of a saved tool list try to do

daily use
  install <reference>         show the card, ask, pin, put it into clients
  list | status | log         every server | what waits | what happened
  audit                       check all of them against what was approved
  update <name>               show what the newer version gains, ask, re-pin
  approve | unblock           show what was withheld, ask, pin | lift a block
  review [name] [--web]       what waits for you: look at it, and decide
  remove | enable | disable   take it out of the clients | switch it on, off
  login | logout <name>       sign in to a remote server | forget that
  adopt | release             put entries behind the guard | give them back
  exec -- … | watch           decide about what an installer | anybody wrote
  open | sync | restore       an install link | copy servers | a file as it was
  run <name> | run -- …       what a client starts | the guard as a prefix

project, store, keys
  trust | lock sign | verify  let what a repository brings count | sign it
  store prune | verify        free space | hash every file
  secrets move | list | set   keys out of client files | what is kept | another
  sandbox show | allow        what a contained server may do | let it do more
  advisories refresh | ignore  ask what turned bad | let a wrong record pass

authors and teams
  manifest create | check | changelog | sign | verify   what a server declares
  revoke | feed build | verify | serve                  what must not run

a <reference> is a package (@scope/name, name@1.2.3, name@^1, npm:…, a purl)
or a whole launch command after --  (pinfold info -- npx -y @scope/name)
every command takes --json, --offline and --help`;
}
