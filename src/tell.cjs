// Loaded by the runtime of a contained server before anything of the server is: waits until the guard says, on file
// descriptor 3, that every check has passed, as hold.cjs does, and then tells it on the same descriptor which files the server
// looked for and did not find, and on which ports it listens, so that somebody can be told what would allow it. The second
// is a convenience and no guard: what a server tells is its own word, and nothing is opened by it.
'use strict';

const { isMainThread } = require('node:worker_threads');

// Only for the process that the guard started: in another one the descriptor may be something else.
const told = process.env.PINFOLD_SANDBOX_TELLS === '3' && isMainThread;
delete process.env.PINFOLD_SANDBOX_TELLS;
if (told) {
  wait();
  start();
}

/** Until the guard says that every check has passed. Anything but that word ends the process: nothing of the server has run then. */
function wait() {
  const word = Buffer.alloc(1);
  let count = 0;
  try {
    count = require('node:fs').readSync(3, word, 0, 1, null);
  } catch {
    // no guard at the other end
  }
  if (count !== 1 || word.toString('latin1') !== 'g') process.exit(1);
}

function start() {
  const fs = require('node:fs');
  const net = require('node:net');
  const { resolve } = require('node:path');
  const { fileURLToPath } = require('node:url');
  const { writeSync } = fs;
  const known = new Set();

  const tell = (fact) => {
    const line = `${JSON.stringify(fact)}\n`;
    if (known.size >= 500 || line.length > 4_096 || known.has(line)) return;
    known.add(line);
    try {
      writeSync(3, line);
    } catch {
      // nobody listens any more
    }
  };
  const missed = (path) => {
    try {
      tell({ read: resolve(path instanceof URL ? fileURLToPath(path) : String(path)) });
    } catch {
      // no path
    }
  };
  const failed = (path, error) => {
    if (error?.code === 'ENOENT' || error?.code === 'EACCES') missed(path);
  };
  const instead = (object, name, apply) => {
    if (typeof object[name] === 'function') object[name] = new Proxy(object[name], { apply });
  };

  for (const name of ['readFile', 'open', 'readdir', 'opendir', 'stat', 'lstat', 'access', 'realpath', 'copyFile']) {
    instead(fs, `${name}Sync`, (target, self, given) => {
      try {
        return Reflect.apply(target, self, given);
      } catch (error) {
        failed(given[0], error);
        throw error;
      }
    });
    instead(fs, name, (target, self, given) => {
      const last = given.at(-1);
      if (typeof last !== 'function') return Reflect.apply(target, self, given);
      const answer = (error, ...rest) => {
        failed(given[0], error);
        return last(error, ...rest);
      };
      return Reflect.apply(target, self, [...given.slice(0, -1), answer]);
    });
    instead(fs.promises, name, async (target, self, given) => {
      try {
        return await Reflect.apply(target, self, given);
      } catch (error) {
        failed(given[0], error);
        throw error;
      }
    });
  }
  instead(fs, 'existsSync', (target, self, given) => {
    const found = Reflect.apply(target, self, given);
    if (!found) missed(given[0]);
    return found;
  });
  instead(net.Server.prototype, 'listen', (target, self, given) => {
    const [first] = given;
    const wanted = Number(first !== null && typeof first === 'object' ? first.port : first);
    if (wanted > 0) self.once('listening', () => tell({ listen: wanted }));
    return Reflect.apply(target, self, given);
  });
  require('node:module').syncBuiltinESMExports();
}
