import { expect, test } from 'vitest';
import { planFor } from './cutting.ts';

/** What stands in front of a second piece of a file, and where the first may end. */
function cut(text: string): { above: string; end: number } {
  const bytes = Buffer.from(text);
  const plan = planFor('/var/log/x', bytes, true);
  if (plan.kind !== 'cut') throw new Error(`not cut: ${JSON.stringify(plan)}`);
  const { header, end } = plan.cutting;
  header.learn(bytes);
  return { above: header.above(Buffer.from('next')).toString(), end: end(bytes) };
}

const names = 'ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n';
const cells = '1773130530.25\tC\t10.0.0.5\t1\t203.0.113.9\t443\ttcp\n';
const flow = '{"ts":1773130530.25,"uid":"C","id.orig_h":"10.0.0.5","id.resp_h":"203.0.113.9","conn_state":"SF"}';

test('a log of Zeek with a line of names alone has that above each piece, another its directives', () => {
  expect(cut(names + cells)).toEqual({ above: names, end: (names + cells).length });
  const directives = `#separator \\x09\n#path\tconn\n#fields\t${names}`;
  expect(cut(directives + cells)).toEqual({ above: directives, end: (directives + cells).length });
});

test('lines behind a header of syslog are cut as lines, objects in cells as records under their header', () => {
  const lines = `Mar 10 08:15:30 relay zeek: ${flow}\n`;
  expect(cut(`${lines}Mar 10`)).toEqual({ above: '', end: lines.length });
  const csv = `_time,_raw\n1,"${flow.replaceAll('"', '""')}"\n`;
  expect(cut(`${csv}2,"{\n`)).toEqual({ above: '_time,_raw\n', end: csv.length });
});
