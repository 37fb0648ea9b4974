#!/usr/bin/env node
// The code of a bug (sysexits EX_SOFTWARE) until somebody who finished says otherwise.
process.exitCode = 70;

// The launch path is a bundle of its own: a guarded server must not start slower than an unguarded one.
// `watch` stays in memory, so it brings only what it needs.
const bundles = { run: '../dist/run-bundle.cjs', watch: '../dist/watch-bundle.mjs' };
await import(Object.hasOwn(bundles, process.argv[2]) ? bundles[process.argv[2]] : '../dist/cli-bundle.mjs');
