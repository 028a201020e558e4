import { describe, expect, it } from 'vitest';
import { formats } from '../../packages/weir/src/normalize/formats.ts';
import { sampleRows, shapes } from './defenderShapes.ts';
import { withFiles } from './intake.ts';

const flow = '{"ts":1773130530.25,"uid":"C","id.orig_h":"10.0.0.5","id.resp_h":"203.0.113.9","conn_state":"SF"}\n';
const examples: Readonly<Record<string, string>> = {
  'zeek-tsv': '#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\n1.0\tC\t10.0.0.5\t203.0.113.9\n',
  'zeek-json': flow,
  defender: shapes['hunting.csv']?.(sampleRows) ?? '',
  'defender-stream': shapes['blob-lines.json']?.(sampleRows) ?? '',
  weir: '{"Timestamp":"2026-03-10","DeviceName":"a","ActionType":"ConnectionSuccess","RemoteUrl":"","Fusion":"fused"}\n',
};

describe('the list of formats', () => {
  it.each(formats)('$id is what reports call such an input, and says what it gives', async ({ id, title, gives }) => {
    expect([title !== '', gives.length > 0]).toEqual([true, true]);
    await withFiles({ 'a.log': examples[id] ?? '' }, async ({ inputs }) => {
      expect(inputs[0]?.format?.split(' ')[0]).toBe(id);
      expect(inputs[0]?.rows).toBeGreaterThan(0);
    });
  });
});
