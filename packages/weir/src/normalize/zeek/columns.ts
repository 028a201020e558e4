import { rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { epochMillisecondsTicks, epochSecondsTicks, isoTicks, portalTicks } from '../sql/time.ts';

/** A record's own fields, whatever its columns are called. */
export type Fields = Pick<RawColumns, 'text' | 'dotted' | 'verbatim'>;

/** SQL of the list that a field's text holds; null where it has none. */
export type Vector = (text: string) => string;

/** The spellings of the columns that all logs of connections share: dotted or nested, underscored (another scope separator), and
 *  the renamed ones of Zeek's own field-name-map test. */
const spellings = {
  originAddress: ['id.orig_h', 'id_orig_h', 'orig_h', 'src'],
  originPort: ['id.orig_p', 'id_orig_p', 'orig_p', 'src_port'],
  responderAddress: ['id.resp_h', 'id_resp_h', 'resp_h', 'dst'],
  responderPort: ['id.resp_p', 'id_resp_p', 'resp_p', 'dst_port'],
} as const;

export const addressSpellings: readonly string[] = spellings.originAddress;

/** Stage columns that every mapping of a connection's log has. */
export function connectionStage(raw: Fields): Record<string, string> {
  const time = raw.text('ts');
  return {
    time_text: time,
    // A workspace's portal exports its own form of time.
    ticks: `CASE WHEN contains(${time}, '-') THEN ${isoTicks(time)} WHEN contains(${time}, '/') THEN ${portalTicks(time)}
      ELSE ${epochTicks(time)} END`,
    uid: `coalesce(${raw.text('uid')}, '')`,
    origin: normalAddress(raw.dotted(...spellings.originAddress)),
    origin_port: `TRY_CAST(${raw.dotted(...spellings.originPort)} AS INTEGER)`,
    responder: normalAddress(raw.dotted(...spellings.responderAddress)),
    responder_port: `TRY_CAST(${raw.dotted(...spellings.responderPort)} AS INTEGER)`,
    sensor: `coalesce(${raw.text('_system_name', '_node_name', '@system', 'host_name', 'sensor')}, '')`,
  };
}

/** Zeek's `JSON::TS_MILLIS` counts milliseconds: what would be seconds beyond the year 5000 is that. */
function epochTicks(time: string): string {
  return `coalesce(CASE WHEN TRY_CAST(${time} AS DOUBLE) > 1e11 THEN ${epochMillisecondsTicks(time)} END, ${epochSecondsTicks(time)})`;
}

/** Verdicts that every mapping begins with. */
export const timeRules: [string, string][] = [
  [
    'ticks IS NULL',
    `CASE WHEN time_text IS NULL THEN ${rejected('the time (ts) is missing')}
       WHEN contains(time_text, 'XXXX') THEN ${rejected('the time (ts) is masked with X')}
       ELSE ${rejected('the time (ts) is neither seconds since 1970 nor an ISO 8601 time')} END`,
  ],
];

/** Verdicts that every mapping of a connection's log begins with. */
export const connectionRules: [string, string][] = [
  ...timeRules,
  ['origin IS NULL OR responder IS NULL', rejected('an address of the connection is missing')],
  [
    `NOT (${isAddress('origin')}) OR NOT (${isAddress('responder')})`,
    rejected('an end of the connection is no address'),
  ],
];
