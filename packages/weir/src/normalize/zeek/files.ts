import { observedBodies } from '../../tables/index.ts';
import { firstVerdict, ignored, type Mapping, rejected } from '../mapping.ts';
import { normalAddress } from '../sql/address.ts';
import { counter } from '../sql/counter.ts';
import { connectionStage, type Fields, timeRules, type Vector } from './columns.ts';

/** Zeek's files.log to `ObservedBodies`: how much of a file was seen, by who sent it. New versions name the connection;
 *  older ones have the hosts that sent and received it, and a set of connections. (Zeek counts what a body unpacks to:
 *  of one that was sent compressed, more than passed.) */
export function filesMapping(raw: Fields, vector: Vector): Mapping {
  const sent = raw.text('is_orig');
  const only = (name: string): string => {
    const set = vector(raw.text(name));
    return `CASE WHEN len(${set}) = 1 THEN (${set})[1] END`;
  };
  return {
    stage: {
      ...connectionStage(raw),
      fuid: `coalesce(${raw.text('fuid')}, '')`,
      file_flow: `coalesce(${raw.text('uid')}, ${only('conn_uids')}, '')`,
      file_source: `coalesce(${raw.text('source')}, '')`,
      by_origin: `CASE WHEN ${sent} IN ('T', 'true') THEN true WHEN ${sent} IN ('F', 'false') THEN false END`,
      seen_bytes: counter(raw.text('seen_bytes')),
      sending_host: only('tx_hosts'),
      receiving_host: only('rx_hosts'),
    },
    verdict: firstVerdict([
      ['seen_bytes < 0', rejected('the count of bytes (seen_bytes) is not a number from 0')],
      ['coalesce(seen_bytes, 0) = 0', ignored('files of which nothing was seen tell Weir nothing')],
      ["file_source = 'SSL'", ignored('certificates are no content')],
      [
        "file_flow = ''",
        ignored('of files that passed in no connection, or in several, it is not told how much passed in which'),
      ],
      ['by_origin IS NULL', ignored('files of which it is not told which side sent them')],
      ...timeRules,
    ]),
    outputs: [{ table: observedBodies, columns: bodyColumns }],
  };
}

const sending = normalAddress('sending_host');
const receiving = normalAddress('receiving_host');

const bodyColumns = {
  Timestamp: 'ticks',
  FlowId: 'file_flow',
  BodyId: 'fuid',
  Sensor: 'sensor',
  ClientIP: `coalesce(origin, CASE WHEN by_origin THEN ${sending} ELSE ${receiving} END)`,
  ClientPort: 'origin_port',
  ServerIP: `coalesce(responder, CASE WHEN by_origin THEN ${receiving} ELSE ${sending} END)`,
  ServerPort: 'responder_port',
  SentByClient: 'CASE WHEN by_origin THEN seen_bytes END',
  SentByServer: 'CASE WHEN NOT by_origin THEN seen_bytes END',
};
