import { defineConfig } from 'vitest/config';

/** Tests against the machine's real upstream: politely, by name, one file at a time. Never part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/live/**/*.spec.ts'],
    globalSetup: ['test/harness/cluster.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    passWithNoTests: true,
  },
});
