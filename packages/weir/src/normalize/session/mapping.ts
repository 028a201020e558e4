import { networkFlows, observedNames } from '../../tables/index.ts';
import { flow } from '../flow.ts';
import { firstVerdict, ignored, type Mapping, type Output, rejected } from '../mapping.ts';
import { notCounted } from '../sql/counter.ts';
import { connectionStage, connectionSteps, type Given } from './given.ts';

/** The records of a firewall, or of a normal form of its logs, to `NetworkFlows`, and the names in them to
 *  `ObservedNames`. Records of one session have one EventId, so that of running totals, or of a start and an end, the
 *  last stays. `others` are outputs that take some of the records instead, with the columns that they need. */
export function connectionMapping(given: Given, others: Others = noOthers): InPieces {
  const { facts, columns } = flow({ counter: '', opener: 'source', layer: 'ip' }, record);
  const own = others.where === undefined ? {} : { where: `NOT (${others.where})` };
  return {
    pieces: connectionSteps(given),
    stage: { ...connectionStage, ...others.stage },
    verdict,
    facts: { ...identity, ...facts },
    outputs: [
      { table: networkFlows, columns: { ...columns, ...ownColumns }, ...own },
      {
        table: observedNames,
        alongside: 'always',
        where: `host IS NOT NULL${others.where === undefined ? '' : ` AND NOT (${others.where})`}`,
        columns: nameColumns,
      },
      ...others.outputs,
    ],
  };
}

export type InPieces = Mapping & Required<Pick<Mapping, 'pieces'>>;

export interface Others {
  readonly stage: Readonly<Record<string, string>>;
  /** Which records feed the other outputs. */
  readonly where?: string;
  readonly outputs: readonly Output[];
}

const noOthers: Others = { stage: {}, outputs: [] };

const nothing = 'events without the addresses of a connection tell Weir nothing';
const severalZones =
  'the zone of its time, CST, may be of Chicago or of China: have the sender write UTC, or an offset such as -0600';
const verdict = firstVerdict([
  ['unused IS NOT NULL', 'unused'],
  ['source_given IS NULL AND destination_given IS NULL', ignored(nothing)],
  [
    `destination_port IS NULL AND host IS NULL AND protocol = '' AND coalesce(sent, answered) IS NULL`,
    ignored('events without a port, a protocol, a host name or bytes are no connections'),
  ],
  [
    'starts IS NULL',
    `CASE WHEN time_given IS NULL THEN ${rejected('the time is missing')}
     WHEN regexp_matches(time_given, ' [Cc][Ss][Tt]$') THEN ${rejected(severalZones)}
     ELSE ${rejected('the time cannot be read: no year, or a form or zone that Weir does not know')} END`,
  ],
  [
    `source = '' AND destination = ''`,
    rejected('neither end of the connection has an address that can be read (masked, or no address)'),
  ],
  ['least(sent, answered, packets_sent, packets_answered) < 0', rejected(notCounted)],
]);

const counted = (counter: string, when: string): string => `CASE WHEN ${when} THEN ${counter} END`;
const neitherInside = 'NOT source_inside AND NOT destination_inside';
const told = (directed: 'in' | 'out', other: 'in' | 'out'): string =>
  `CASE WHEN ${neitherInside} THEN CASE directed WHEN '${directed}' THEN true WHEN '${other}' THEN false END END`;

const record = {
  starts: 'starts',
  ends: 'CASE WHEN ends >= starts THEN ends END',
  protocol: 'protocol',
  source: 'source',
  source_port: 'source_port',
  destination: 'destination',
  destination_port: 'destination_port',
  sent: counted('sent', 'NOT whole'),
  answered: counted('answered', 'NOT whole'),
  whole_sent: counted('sent', 'whole'),
  whole_answered: counted('answered', 'whole'),
  packets_sent: 'packets_sent',
  packets_answered: 'packets_answered',
  outcome: 'outcome',
  state: 'state',
  app: 'app',
  flow_id: 'flow_id',
  sensor: 'sensor',
  account: 'account',
  // Only where the addresses do not tell: some products call what their client opens inbound.
  source_is_ours: told('out', 'in'),
  destination_is_ours: told('in', 'out'),
};

const ends = ['protocol', 'source', 'source_port', 'destination', 'destination_port'];
const hash = (names: readonly string[]): string =>
  `md5(concat_ws('|', ${names.map((name) => `coalesce(${name}::VARCHAR, '')`).join(', ')}))`;
const bySession = hash(['sensor', 'session', ...ends]);
const byContent = hash(['sensor', 'record', 'starts', 'ends', ...ends, 'sent', 'answered', 'state', 'host', 'account']);

const identity = {
  identity: `CASE WHEN session <> '' THEN ${bySession} ELSE ${byContent} END`,
  // A firewall's numbers come again within days; with the client's end they are good for longer.
  flow_id: `CASE WHEN session <> '' THEN session || '@' || source || ':' || coalesce(source_port::VARCHAR, '') ELSE identity END`,
};

const ownColumns = {
  EventId: `vendor || ':' || identity`,
  IsPart: 'part',
  BytesSource: `CASE WHEN outcome <> 'failed' AND coalesce(sent, answered) IS NOT NULL THEN counter ELSE '' END`,
};

/** A gateway's word for where a session goes; who the destination is to a sensor beside it, nobody said: it is no proxy for
 *  that. What goes to an address inside stays inside, whatever it is called. */
const nameColumns = {
  Kind: `CASE WHEN destination_inside THEN 'http' ELSE 'proxy' END`,
  Timestamp: 'starts',
  FlowId: 'flow_id',
  ClientIP: 'source',
  ClientPort: 'source_port',
  ServerIP: 'CASE WHEN destination_inside THEN destination END',
  ServerPort: 'CASE WHEN destination_inside THEN destination_port END',
  Host: 'host',
  Sensor: 'sensor',
};
