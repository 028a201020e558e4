import { networkFlows } from '../../tables/index.ts';
import { flow } from '../flow.ts';
import { firstVerdict, type Mapping, rejected } from '../mapping.ts';
import { counter, figure, notCounted } from '../sql/counter.ts';
import { secondsToTicks } from '../sql/time.ts';
import { isOneOf } from '../sql/words.ts';
import { connectionRules, connectionStage, type Fields } from './columns.ts';

/** Counters, with the names that conn_burst.log has for two of them. */
const counters: Readonly<Record<string, readonly string[]>> = {
  orig_bytes: ['orig_bytes', 'orig_size'],
  resp_bytes: ['resp_bytes', 'resp_size'],
  orig_ip_bytes: ['orig_ip_bytes'],
  resp_ip_bytes: ['resp_ip_bytes'],
  orig_pkts: ['orig_pkts'],
  resp_pkts: ['resp_pkts'],
};

/** Answered connections; the others of Zeek's states say that nothing was accepted, or not enough to know. */
const established = isOneOf('state', ['SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR']);
const failed = isOneOf('state', ['S0', 'REJ', 'RSTOS0']);

/** Zeek's conn.log to `NetworkFlows`, and the reports on connections that are still open: open_conn.log and conn_long.log
 *  with the same columns, and conn_burst.log, whose time is that of the report. */
export function connMapping(raw: Fields): Mapping {
  const flag = (name: string): string => {
    const text = raw.text(name);
    return `CASE WHEN ${text} IN ('T', 'true') THEN true WHEN ${text} IN ('F', 'false') THEN false END`;
  };
  const { facts, columns } = flow({ counter: 'zeek', opener: { destinationWhere: answeredFirst } }, record);
  return {
    stage: {
      ...connectionStage(raw),
      protocol: `lower(coalesce(${raw.text('proto')}, ''))`,
      service: `coalesce(${raw.text('service')}, '')`,
      state: `coalesce(${raw.text('conn_state')}, '')`,
      history: `coalesce(${raw.text('history')}, '')`,
      length: secondsToTicks(raw.text('duration', 'age_of_conn')),
      is_burst: `${raw.text('age_of_conn')} IS NOT NULL`,
      missed: figure(raw.text('missed_bytes')),
      community: `coalesce(${raw.text('community_id')}, '')`,
      local_orig: flag('local_orig'),
      local_resp: flag('local_resp'),
      ...Object.fromEntries(Object.entries(counters).map(([name, names]) => [name, counter(raw.text(...names))])),
    },
    facts: { counted, met, starts, ...facts },
    verdict: firstVerdict([
      ...connectionRules,
      [
        'is_burst AND (length IS NULL OR length < 0)',
        rejected('the age of the connection (age_of_conn) is not a number from 0'),
      ],
      [`least(${Object.keys(counters).join(', ')}) < 0`, rejected(notCounted)],
    ]),
    outputs: [
      {
        table: networkFlows,
        columns: {
          ...columns,
          ...zeekColumns,
          BytesSource: `CASE WHEN NOT met THEN ${columns.BytesSource}
            WHEN coalesce(${record.sent}, ${record.answered}) IS NOT NULL THEN 'zeek-partial' ELSE '' END`,
        },
      },
    ],
  };
}

const outcome = `CASE WHEN ${established} OR is_burst THEN 'established' WHEN ${failed} THEN 'failed' ELSE 'unknown' END`;
/** Payload of TCP is counted by sequence numbers, which mean something only on an established connection. */
const counted = `(${established} OR is_burst OR (protocol <> 'tcp' AND NOT ${failed}))`;
const payload = (counter: string, seen: string): string =>
  `CASE WHEN counted THEN ${counter} WHEN met THEN CASE WHEN ${seen} THEN ${counter} END END`;

/** Of a connection that Zeek met under way (after its inactivity time-out, say) it counts from the first packet that it sees. A
 *  sequence number out of line would be a count of gigabytes here, where no handshake told it apart: packets must have
 *  been able to carry what was not missed, and no more missed than they had. It is all that Zeek saw and not all that the
 *  connection had: `zeek-partial`, a lower bound beside another sensor's count. Few are so: a case asks no pattern of the others. */
const met = `CASE WHEN state = 'OTH' AND protocol = 'tcp' AND history <> ''
  THEN (NOT regexp_matches(history, '[ShsH]') AND missed <= orig_ip_bytes + resp_ip_bytes) IS TRUE ELSE false END`;
const seen = (letters: string, counter: string, whole: string): string =>
  `regexp_matches(history, '[${letters}]') AND ${counter} - missed <= ${whole}`;

/** What is no length leaves a burst without its start. */
const starts = 'CASE WHEN NOT is_burst THEN ticks WHEN length >= 0 THEN ticks - length END';

/** Who speaks first in a record is not who opened the session where Zeek met it after a silence, or where no handshake says so:
 *  then a port below 1024 is the server's. That is believed of a peer's port alone: from our side anybody sends from any
 *  port. So where Zeek has turned what our side said first (`^`), for it comes from a port that Zeek knows, our side opened it:
 *  whoever came to our server is told by an earlier record, and so it is where ports say nothing (`fuse/openers.ts`). */
const answeredFirst = `CASE WHEN origin_port < 1024 AND responder_port >= 1024 THEN
  from_us IS NOT TRUE AND NOT ${failed} AND NOT contains(history, '^')
  AND (protocol = 'udp' OR (protocol = 'tcp' AND state = 'OTH' AND NOT regexp_matches(history, '[ShsH]')))
  WHEN starts_with(history, '^') THEN protocol = 'udp' AND NOT from_us AND responder_port < 1024 AND origin_port >= 1024
  AND NOT ${failed} AND regexp_matches(history, '^\\^[a-z]') END`;

const record = {
  starts: 'starts',
  // Zeek leaves the duration of a single packet unset: when such a flow ended is not known, nor where it is below zero.
  ends: 'CASE WHEN length >= 0 THEN starts + length END',
  protocol: 'protocol',
  source: 'origin',
  source_port: 'origin_port',
  destination: 'responder',
  destination_port: 'responder_port',
  sent: payload('orig_bytes', seen('DA', 'orig_bytes', 'orig_ip_bytes')),
  answered: payload('resp_bytes', seen('da', 'resp_bytes', 'resp_ip_bytes')),
  whole_sent: 'orig_ip_bytes',
  whole_answered: 'resp_ip_bytes',
  packets_sent: 'orig_pkts',
  packets_answered: 'resp_pkts',
  missed: 'missed',
  outcome,
  state: 'state',
  app: 'service',
  flow_id: 'uid',
  community: 'community',
  sensor: 'sensor',
  source_is_ours: 'local_orig',
  destination_is_ours: 'local_resp',
};

const zeekColumns = {
  EventId: `CASE WHEN uid <> '' AND sensor = '' THEN 'zeek:' || uid
    WHEN uid <> '' THEN 'zeek:' || uid || '@' || sensor
    ELSE 'zeek:' || md5(concat_ws('|', starts, origin, origin_port, responder, responder_port, protocol, sensor)) END`,
};
