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
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
