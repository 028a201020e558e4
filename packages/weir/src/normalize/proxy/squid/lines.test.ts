import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import { sqlText } from '../../../engine/sql.ts';
import { RawColumns } from '../../reading.ts';
import { Spoken } from '../../spoken.ts';
import { lineFields, nativeFields, nativeForm } from './lines.ts';

const whole = [
  '1747900000.123    250 10.1.2.3 TCP_TUNNEL/200 5120 CONNECT www.contoso.example:443 anna HIER_DIRECT/203.0.113.7 -',
  '  1747900000.123      0 10.1.2.3 TCP_DENIED/403 - GET http://ä.example/a?b=c;d%20e - HIER_NONE/- text/html',
  '1747900000.123 -1 fe80::1 NONE/- 0 - error:transaction-end-before-headers - HIER_NONE/a/b/c - [Host: x y\\r\\n] []',
];

/** Lines with one thing changed at each place: taken out, doubled, or another sign in its stead. */
const changed = whole.flatMap((line) =>
  [...line].flatMap((_, at) =>
    ['', line.slice(at, at + 1).repeat(2), ' ', '/', '\n', 'Ä', '['].map(
      (sign) => line.slice(0, at) + sign + line.slice(at + 1),
    ),
  ),
);

test('the fields of a line between its blanks are what the groups of the pattern are', async () => {
  const engine = await Engine.open({ memoryMb: 300, threads: 1, spillDirectory: tmpdir() });
  try {
    const lines = ['', ' ', ...whole, ...changed];
    const raw = new RawColumns(['line']);
    const { isLine, fields } = nativeFields('line', raw);
    const own = Object.entries(fields).map(([name, sql]) => `'${name}': coalesce(${sql}, '')`);
    const relation = `(SELECT unnest([${lines.map(sqlText).join(', ')}]) AS line)`;
    const rows = await engine.rows<{ line: string; own: string; groups: string; is: boolean }>(
      `SELECT line, to_json({${own.join(', ')}})::VARCHAR AS own, ${isLine} AS "is",
         to_json(${lineFields('line', nativeForm)})::VARCHAR AS groups
       FROM ${raw.over(relation, new Spoken(isLine, ...own))}`,
    );
    const sorted = (text: string): string[] => Object.entries(JSON.parse(text)).map(String).sort();
    for (const { line, own, groups, is } of rows) {
      expect(sorted(own), line).toEqual(sorted(groups));
      expect(is, line).toBe(JSON.parse(groups).time !== '');
    }
    expect(rows.filter(({ is }) => is).length).toBeGreaterThan(500);
    expect(rows.filter(({ is }) => !is).length).toBeGreaterThan(500);
  } finally {
    engine.close();
  }
});
