import { sampleRows, shapes } from '../defenderShapes.ts';

const flow = '{"ts":1773130530.25,"uid":"C","id.orig_h":"10.0.0.5","id.resp_h":"203.0.113.9","conn_state":"SF"}\n';
/** Zeek, Defender, and Weir's own rows. */
export const firstExamples: Readonly<Record<string, string>> = {
  'zeek-tsv': '#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\n1.0\tC\t10.0.0.5\t203.0.113.9\n',
  'zeek-json': flow,
  defender: shapes['hunting.csv']?.(sampleRows) ?? '',
  'defender-stream': shapes['blob-lines.json']?.(sampleRows) ?? '',
  weir: '{"Timestamp":"2026-03-10","DeviceName":"a","ActionType":"ConnectionSuccess","RemoteUrl":"","Fusion":"fused"}\n',
};
