import { defineConfig } from 'vitest/config';

/** The hermetic suite: unit tests beside their files, contract suites, hostile inputs and journeys. */
export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts', 'scripts/**/*.spec.ts', 'bench/**/*.spec.ts'],
    exclude: ['test/live/**', '**/node_modules/**'],
    globalSetup: ['test/harness/cluster.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Only a hang should meet these: journeys start servers and clients, and machines are shared.
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
