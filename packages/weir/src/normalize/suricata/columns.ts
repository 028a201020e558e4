import { rejected } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { isoTicks } from '../sql/time.ts';

/** An EVE record's own members, wherever its record stands. */
export interface Eve {
  readonly text: (...names: string[]) => string;
  /** A member of one of its objects: `member('flow', 'start')`. */
  readonly member: (object: string, path: string) => string;
}

export type Rules = readonly (readonly [condition: string, verdict: string])[];

/** Stage columns that all event types share. Source and destination are as recorded: the sender of a packet or file, or
 *  who opened the flow, by event type. */
export function commonStage({ text }: Eve): Record<string, string> {
  const host = text('host');
  return {
    kind: `coalesce(${text('event_type')}, '')`,
    time_text: text('timestamp'),
    ticks: isoTicks(text('timestamp')),
    flow_key: `coalesce(${text('flow_id')}, '')`,
    source: normalAddress(text('src_ip')),
    source_port: `TRY_CAST(${text('src_port')} AS INTEGER)`,
    destination: normalAddress(text('dest_ip')),
    destination_port: `TRY_CAST(${text('dest_port')} AS INTEGER)`,
    // What suricata.yaml calls the sensor. Shippers put an object of their own there. The interface (in_iface) is no part
    // of it: flow records may lack what the others of the flow have.
    sensor: `coalesce(CASE WHEN starts_with(${host}, '{') THEN json_extract_string(${host}, '$.name') ELSE ${host} END, '')`,
  };
}

/** The event types whose time is `timestamp`; a flow's is that of the run or of another packet. */
const timed = "kind NOT IN ('flow', 'netflow')";

export const commonRules: Rules = [
  [`${timed} AND time_text IS NULL`, rejected('the time (timestamp) is missing')],
  [`${timed} AND ticks IS NULL`, rejected('the time (timestamp) is no ISO 8601 time')],
  ['source IS NULL OR destination IS NULL', rejected('an address of the connection is missing')],
  [
    `NOT (${isAddress('source')}) OR NOT (${isAddress('destination')})`,
    rejected('an end of the connection is no address'),
  ],
];
