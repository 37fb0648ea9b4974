#!/usr/bin/env node
// The code of a bug (sysexits EX_SOFTWARE) until somebody who finished says otherwise.
process.exitCode = 70;

// The launch path is a bundle of its own: a guarded server must not start slower than an unguarded one.
await import(process.argv[2] === 'run' ? '../dist/run-bundle.cjs' : '../dist/cli.js');
