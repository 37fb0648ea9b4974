import type { LaunchPackage } from '../../model/client-entry.ts';
import { type OptionGrammar, scanOptions, wordSet } from './options.ts';
import { localUnit, oneUnit, plainUnit, type Reading, type Runner, uncertain, unresolved, urlPackage } from './runner.ts';

/** `java [options] -jar file`, `java -cp … Class`: local code. */
export const java = {
  docs: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
  programs: ['java', 'javaw'],
  read(args) {
    const before: LaunchPackage[] = [];
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? '';
      const agent = /^-(?:javaagent|agentpath):([^=]+)/.exec(arg)?.[1];
      if (agent !== undefined) before.push(plainUnit('local', agent));
      else if (arg === '-jar') return localWith(before, args[at + 1], args.length - at - 2);
      else if (/^(?:-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|--add-exports|--add-reads)$/.test(arg)) at += 1;
      else if (arg === '-m' || arg === '--module') return localWith(before, args[at + 1], args.length - at - 2);
      else if (arg.startsWith('@')) return unresolved('java', 'it reads its options from a file');
      else if (!/^-(?:[DX]|ea$|esa$|da$|server$|client$|verbose|enable|-(?:enable|[a-z-]+=)|javaagent|agentlib)/.test(arg))
        return arg.startsWith('-') ? unresolved('java', uncertain(arg)) : localWith(before, arg, args.length - at - 1);
    }
    return unresolved('java', 'it names nothing to run');
  },
} as const satisfies Runner;

function localWith(before: readonly LaunchPackage[], name: string | undefined, passed: number): Reading {
  if (name === undefined) return unresolved('java', 'it names no file', before);
  return { kind: 'unit', runner: 'java', packages: [...before, plainUnit('local', name)], unresolved: 'it runs local code', passed };
}

/** `jbang [run] group:artifact:version | file | URL | alias@catalog`. */
export const jbang = {
  docs: 'https://www.jbang.dev/documentation/jbang/latest/javaversions.html',
  programs: ['jbang'],
  read(args) {
    const grammar: OptionGrammar = {
      values: wordSet('-j --java -m --main --deps --repos --cp --class-path -R --runtime-option --java-options'),
      switches: wordSet('--quiet --fresh -o --offline --verbose --insecure'),
      optional: new Set([...args.filter((arg) => /^(?:-D|-R|--(?:java|main|deps|repos|cp|java-options|runtime-option))\S*=/.test(arg))]),
    };
    const outer = scanOptions(args, grammar);
    const scanned = outer.rest[0] === 'run' && outer.unknown === null ? scanOptions(outer.rest.slice(1), grammar) : outer;
    const [target, ...passed] = scanned.rest;
    if (scanned.unknown !== null) return unresolved('jbang', uncertain(scanned.unknown));
    if (target === undefined) return unresolved('jbang', 'it names nothing to run');
    if (/^https?:\/\//i.test(target)) return oneUnit('jbang', urlPackage(target), passed.length);
    const maven = /^([\w.-]+:[\w.-]+):([\w.+-]+)(?::[\w.-]+)?(?:@[\w-]+)?$/.exec(target);
    if (maven !== null) {
      const [, name = '', version = ''] = maven;
      const floats = /^(?:LATEST|RELEASE)$|-SNAPSHOT$|\+$/.test(version);
      return oneUnit('jbang', { type: 'maven', name, version, versionKind: floats ? 'tag' : 'exact' }, passed.length);
    }
    if (/^[\w.-]*@[\w./-]+$/.test(target)) return unresolved('jbang', 'a catalog says what this name is');
    return localUnit('jbang', target, { passed: passed.length });
  },
} as const satisfies Runner;
