import { firstVerdict, ignored, ignoredBy, type Mapping } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { connMapping } from './conn.ts';
import { dnsMapping } from './dns.ts';
import { httpMapping, quicMapping, sslMapping } from './names.ts';

/** The logs that Weir reads, each with the keys that tell it where a record does not name its log. */
export const usedLogs: Readonly<Record<string, { readonly keys: readonly string[]; readonly toMapping: ToMapping }>> = {
  conn: { keys: ['conn_state'], toMapping: connMapping },
  dns: { keys: ['qtype', 'qclass', 'query'], toMapping: dnsMapping },
  http: { keys: ['trans_depth', 'status_code', 'request_body_len'], toMapping: httpMapping },
  ssl: { keys: ['established', 'resumed', 'next_protocol'], toMapping: sslMapping },
  quic: { keys: ['client_initial_dcid'], toMapping: quicMapping },
};

export type ToMapping = (raw: RawColumns, vector: (text: string) => string) => Mapping;

/** A JSON array as a list of texts. */
const jsonVector = (text: string): string =>
  `CASE WHEN starts_with(${text}, '[') THEN TRY(from_json(${text}, '["VARCHAR"]')) ELSE [${text}] END`;

/** Records of any of Zeek's logs mixed in one file, each judged by its own log. `usual` is the log of records that
 *  neither name one nor have telling keys, and the one whose table is written first. */
export function zeekJsonMapping(raw: RawColumns, usual: string): Mapping {
  const byKeys = Object.entries(usedLogs).map(
    ([log, { keys }]) => `WHEN coalesce(${keys.map((key) => raw.verbatim(key)).join(', ')}) IS NOT NULL THEN '${log}'`,
  );
  const log = `coalesce(${raw.text('_path', '@stream')}, CASE ${byKeys.join(' ')} END)`;
  const parts = Object.entries(usedLogs).map(([name, used]) => ({ name, ...used.toMapping(raw, jsonVector) }));
  const usualFirst = [...parts].sort((a, b) => Number(b.name === usual) - Number(a.name === usual));
  return {
    stage: Object.assign({ log: `coalesce(${log}, '${usual}')` }, ...parts.map((part) => part.stage)),
    verdict: firstVerdict([
      ...parts.map(({ name, verdict }): [string, string] => [`log = '${name}'`, verdict]),
      ["log = ''", ignored('of no log that Weir uses')],
      ['true', ignoredBy("'Weir does not use Zeek ' || log || ' logs'")],
    ]),
    outputs: usualFirst.flatMap(({ name, outputs }) =>
      outputs.map(({ alongside, ...output }) => ({
        ...output,
        ...(name === usual && alongside ? { alongside } : {}),
        where: `log = '${name}'${output.where ? ` AND ${output.where}` : ''}`,
      })),
    ),
  };
}
