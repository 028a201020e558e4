import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import { bareHost } from './keys.ts';

test('the bare host of an address line is what its parts say', async () => {
  const piece = fc.constantFrom(
    ...['www', 'Mega', 'nz', 'a_b', 'x-y', '10', '7', 'lnk', 'münchen', 'http', 'https'],
    ...['.', '.', '.', ':', ':8443', '://', '/', '/', '?', '#', '@', '\\', ' ', '\n', '%', '[', ']', '<', '+'],
  );
  const host = fc.array(fc.constantFrom('www', 'Site', '1', 'a-b', 'lnk'), { minLength: 1, maxLength: 4 });
  const text = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc
      .tuple(fc.constantFrom('', 'https://', 'a+b://', 'u:p@', 'https://me@'), host, fc.array(piece, { maxLength: 3 }))
      .map(([scheme, labels, rest]) => `${scheme}${labels.join('.')}${rest.join('')}`),
  );
  const texts = fc.sample(text, { numRuns: 4_000, seed: 5 });
  const said = await withScratchLake(async ({ engine }) => {
    await engine.run('CREATE TEMP TABLE told (n INTEGER, text VARCHAR)');
    const rows = texts.map((one, at) => `(${at}, '${one}')`);
    await engine.run(`INSERT INTO told VALUES ${rows.join(', ')}`);
    return engine.rows<{ host: string }>(`SELECT ${bareHost('text')} AS host FROM told ORDER BY n`);
  });
  const blank = '\\t\\n\\f\\r ';
  const ofUrl = new RegExp(
    `^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@?#${blank}]*@)?([^/:?#\\\\${blank}]+)(?::[0-9]+)?(?:[/?#][^\\n]*)?$`,
  );
  const name = new RegExp(`^[^${blank}.\\\\"<>[\\]%]+(?:[.][^${blank}.\\\\"<>[\\]%]+)*$`);
  const wanted = texts.map((one) => {
    const bare = (ofUrl.exec(one.replace(/^ +| +$/g, '').toLowerCase())?.[1] ?? '').replace(/[.]+$/, '');
    return name.test(bare) && !/^[0-9.]+$|[.]lnk$/.test(bare) ? bare : '';
  });
  expect(
    texts.flatMap((one, at) => (said[at]?.host === wanted[at] ? [] : [[one, said[at]?.host, wanted[at]]])),
  ).toEqual([]);
  expect(new Set(wanted).size).toBeGreaterThan(200);
});
