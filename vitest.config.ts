import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/golden/**/*.test.ts',
      'tests/**/*.test.ts',
      'tools/**/*.test.ts',
      'samples/**/*.test.ts',
      'content/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'tests/browser/**'],
    setupFiles: ['tests/laws.setup.ts'],
    // Also on two cores, where the default leaves one of them alone.
    maxWorkers: '100%',
    // Files that run after each other share a process, and what it has loaded: the compiler's parser alone takes a second. What
    // a file changes of the process it puts back, and what counts on begins anew (laws.setup.ts).
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
