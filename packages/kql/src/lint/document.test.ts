import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lintDocument } from './document.ts';

const file = new URL('../../../../docs/lint.md', import.meta.url);

// LINT_DOCS=write writes the page anew.
it('docs/lint.md is what the rules say', () => {
  if (process.env.LINT_DOCS === 'write') writeFileSync(file, lintDocument());
  expect(readFileSync(file, 'utf8')).toBe(lintDocument());
});
