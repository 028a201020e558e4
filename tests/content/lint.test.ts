import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lintPaths } from '../../packages/weir/src/lint/lintPaths.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

test("lint has nothing to say of Weir's own rules", async () => {
  const { files } = await lintPaths([`${content}/rules`], { content, stdin: process.stdin });
  expect(files.length).toBeGreaterThan(3);
  expect(files.map(({ product }) => product)).toEqual(files.map(() => 'weir'));
  expect(
    files.flatMap(({ path, diagnostics }) =>
      diagnostics.map((item) => `${path}:${item.line} ${item.code} ${item.message}`),
    ),
  ).toEqual([]);
});
