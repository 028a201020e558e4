import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intakeTables } from '../../packages/weir/src/tables/index.ts';
import { proxyExamples } from './examples/proxies.ts';
import { type Taken, withFiles } from './intake.ts';

const odd = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replace(/[\r\n\0]/g, '')),
  fc.constantFrom(
    '',
    '-',
    'null',
    '0',
    '-1',
    '1e400',
    '9'.repeat(30),
    '"',
    '""',
    "'",
    '\\',
    ',',
    '#x',
    '  ',
    'a b',
    '"a b"',
  ),
  fc.constantFrom(
    '::ffff:1.2.3.4',
    '172.999.199.93',
    '[2001:DB8::9]:443',
    'http://u:p@h.example:99999/?a',
    'TCP_DENIED/403',
  ),
  fc.constantFrom('error:invalid-request', '%zz', 'é\u0301', '4.5', '70000', '2026-02-30', 'Blocked'),
);

/** Files of records of which a few values are odd, as the parts of an example are put together again. */
function kind(id: string, separator: string | RegExp, join: string) {
  const lines = (proxyExamples[id] ?? '').trim().split('\n');
  const parts = (lines.pop() ?? '').split(separator);
  const record = fc
    .dictionary(fc.nat(parts.length - 1).map(String), odd, { maxKeys: 3 })
    .map((changes) => parts.map((part, at) => changes[String(at)] ?? part).join(join));
  const head = lines.map((line) => `${line}\n`).join('');
  return {
    record,
    file: (records: readonly string[]) => head + records.map((text) => `${text}\n`).join(''),
    usual: parts.join(join),
  };
}

const kinds: Readonly<Record<string, ReturnType<typeof kind>>> = {
  squid: kind('squid', / +/, ' '),
  wsa: kind('wsa', / /, ' '),
  w3c: kind('w3c', / /, ' '),
  umbrella: kind('umbrella', '","', '","'),
  zscaler: kind('zscaler', '","', '","'),
};

describe.each(Object.entries(kinds))('%s', (_, { record, file, usual }) => {
  it('gives the same rows read in place and with care, whatever the values', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 25, maxLength: 40, size: 'max' }), async (some) => {
        // Odd values must not change what the file is taken for.
        const records = [...Array(50).fill(usual), ...some];
        const inPlace = await told(file(records));
        const { rejectsWhy, ...withCare } = await told(`${file(records)}x\0y\n`);
        const { 'a zero byte in the text': broken, ...own } = rejectsWhy;
        expect({ ...withCare, rejectsWhy: own }).toEqual(inPlace);
        expect(broken).toBe(1);
      }),
      { numRuns: 1 },
    );
  });
});

/** Rejects are counted and not kept, for which a file would be read with care. */
function told(text: string) {
  const read = async ({ rows, inputs }: Taken) => {
    const tables = await Promise.all(
      intakeTables.map(async (table) => (await rows(table)).map((row) => `${table.name}|${row}`)),
    );
    return { rows: tables.flat(), ignoredWhy: inputs[0]?.ignoredWhy, rejectsWhy: inputs[0]?.rejectsWhy ?? {} };
  };
  return withFiles({ 'a.log': text }, read, { withoutRejects: true });
}
