import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // No module of the house keeps state, so that test files may share one: loading it again for each takes minutes in all.
    isolate: false,
    // Half of the default on small machines is one process, and most of a test's time is spent waiting for another.
    maxWorkers: '100%',
  },
});
