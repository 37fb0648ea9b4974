// Loaded by the runtime of a contained server on Windows before anything of the server is. It runs there as an account of its
// own, which further pipes do not reach, so what the guard says comes first on standard input: how long it is (eight hexadecimal
// digits), and the variables of the server as JSON. They are in no command line, which other processes can read; and until they
// come nothing of the server is loaded, as with hold.cjs. Anything else (the guard refused, or died) ends the process.
'use strict';

const { isMainThread } = require('node:worker_threads');

// A worker of the server inherits the option that loads this; its process was let in long ago.
if (isMainThread) {
  enter();
  // The server starts its own children as if it had been started plainly: they would wait for ever.
  const at = process.execArgv.indexOf(__filename);
  if (at > 0) process.execArgv.splice(at - 1, 2);
}

function enter() {
  let variables;
  try {
    const length = read(8).toString('latin1');
    if (!/^00[0-9a-f]{6}$/.test(length)) process.exit(1);
    variables = Object.entries(JSON.parse(read(Number.parseInt(length, 16)).toString('utf8')));
  } catch {
    process.exit(1);
  }
  for (const [name, value] of variables) process.env[name] = value;
}

/** Exactly so many bytes, and none of what follows: that is the server's. */
function read(count) {
  const { readSync } = require('node:fs');
  const bytes = Buffer.alloc(count);
  let at = 0;
  while (at < count) {
    const more = readSync(0, bytes, at, count - at, null);
    if (more === 0) process.exit(1);
    at += more;
  }
  return bytes;
}
