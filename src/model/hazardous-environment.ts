/** Variables that decide which code a runtime, its package manager or a shell loads. */
const hazardous =
  /^(?:NODE_OPTIONS|NODE_PATH|NODE_REPL_EXTERNAL_MODULE|LD_.*|DYLD_.*|PATH|PYTHON(?:PATH|STARTUP|HOME)|BASH_ENV|ENV|npm_config_.*)$/i;

/** The first name that would let somebody else's code into a process; undefined = none. */
export function hazardousName(names: readonly string[]): string | undefined {
  return names.find((name) => hazardous.test(name));
}
