// Loaded by the runtime of a server before anything of the server is: waits until the guard says, on file descriptor 3,
// that every check has passed. So the runtime starts up while the guard compares thousands of files. Anything but that
// word (the guard refused, or died) ends the process: no code of the server has run then.
'use strict';

const { isMainThread } = require('node:worker_threads');

// A worker of the server inherits the option that loads this; its process was let go long ago.
if (isMainThread) {
  const { closeSync, readSync } = require('node:fs');
  const word = Buffer.alloc(1);
  let count = 0;
  try {
    count = readSync(3, word, 0, 1, null);
    closeSync(3);
  } catch {
    // no guard at the other end
  }
  if (count !== 1 || word.toString('latin1') !== 'g') process.exit(1);
  // The server sees itself, and starts its own children, as if it had been started plainly.
  const at = process.execArgv.indexOf('--require');
  if (at !== -1) process.execArgv.splice(at, 2);
}
