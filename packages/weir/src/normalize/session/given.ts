import { isAddress, isInside, normalAddress } from '../sql/address.ts';
import { counter } from '../sql/counter.ts';
import { protocolName } from '../sql/protocol.ts';
import { isOneOf } from '../sql/words.ts';
import { outcomeOf } from './outcome.ts';

/** What one record of a firewall, or of a normal form of its logs, says of a connection, as SQL over a mapping's columns.
 *  Texts are as recorded; null where the record has none. Source and destination are as the record has them: the source
 *  is the side that opened the connection. */
export interface Given {
  /** Columns that the rest is written over, so that what many hang on is computed once; each step over those
   *  before. */
  readonly facts?: readonly Readonly<Record<string, string>>[];
  /** The times that the record has, the first of them in `starts`: only its being there matters. */
  readonly time: string;
  /** Ticks. */
  readonly starts: string;
  readonly ends?: string;
  /** Name or number. */
  readonly protocol?: string;
  readonly source?: string;
  readonly source_port?: string;
  readonly destination?: string;
  readonly destination_port?: string;
  /** Where address translation sends the connection; our own server behind a public address. */
  readonly destination_inside?: string;
  /** SQL of a truth: it is one of several records of a connection that no number tells. */
  readonly part?: string;
  /** Bytes that the source sent, and that the destination sent. */
  readonly sent?: string;
  readonly answered?: string;
  readonly packets_sent?: string;
  readonly packets_answered?: string;
  /** SQL of a truth: bytes are of IP packets with their headers. */
  readonly whole?: string;
  /** By whom and what was counted, for BytesSource. */
  readonly counter: string;
  /** What became of it, in the product's words. */
  readonly action?: string;
  /** established, failed or unknown, where words do not say it. */
  readonly outcome?: string;
  readonly app?: string;
  /** A bare host name. */
  readonly host?: string;
  readonly account?: string;
  /** The firewall. */
  readonly sensor?: string;
  /** Who numbers the sessions: the first part of EventId. */
  readonly vendor: string;
  /** The number by which the product's records of one connection are known. */
  readonly session?: string;
  /** What else tells this record from others. */
  readonly record?: string;
  /** in or out, where the record says it. */
  readonly directed?: string;
  /** A verdict on what is no connection, or tells nothing; else null. */
  readonly unused?: string;
}

const texts = [
  'protocol',
  'source',
  'source_port',
  'destination',
  'destination_port',
  'destination_inside',
  'sent',
  'answered',
  'packets_sent',
  'packets_answered',
  'action',
  'app',
  'host',
  'account',
  'sensor',
  'session',
  'record',
  'directed',
] as const;

/** The steps in which a record is taken apart before `connectionStage`. */
export function connectionSteps(given: Given): Readonly<Record<string, string>>[] {
  const none = 'NULL::VARCHAR';
  return [
    ...(given.facts ?? []),
    {
      ...Object.fromEntries(texts.map((name) => [`given_${name}`, given[name] ?? none])),
      given_time: given.time,
      given_starts: given.starts,
      given_ends: given.ends ?? 'NULL::BIGINT',
      given_whole: given.whole ?? 'false',
      given_part: given.part ?? 'false',
      given_counter: given.counter,
      given_vendor: given.vendor,
      given_unused: given.unused ?? none,
      given_outcome: given.outcome ?? none,
    },
    {
      near_source: normalAddress('given_source'),
      near_destination: normalAddress('given_destination'),
      near_inside: normalAddress('given_destination_inside'),
    },
  ];
}

/** Names of applications that some products write for the protocol, and that run over TCP alone. */
const overTcp = ['http', 'https', 'ssl', 'tls', 'ftp', 'ssh', 'http_proxy', 'tunnel', 'tunnel_ssl'];

/** Stage columns of a record of a connection, over those of `connectionSteps`. */
export const connectionStage: Record<string, string> = {
  unused: 'given_unused',
  time_given: 'given_time',
  starts: 'given_starts',
  ends: 'given_ends',
  protocol: protocolOf('given_protocol', 'given_app'),
  source_given: 'given_source',
  destination_given: 'given_destination',
  source: address('near_source'),
  source_port: port('given_source_port'),
  destination: `CASE WHEN coalesce(${isInside('near_inside')}, false) AND NOT ${isInside(`coalesce(near_destination, '')`)}
    THEN ${address('near_inside')} ELSE ${address('near_destination')} END`,
  destination_port: port('given_destination_port'),
  sent: counter('given_sent'),
  answered: counter('given_answered'),
  packets_sent: counter('given_packets_sent'),
  packets_answered: counter('given_packets_answered'),
  whole: 'coalesce(given_whole, false)',
  part: 'coalesce(given_part, false)',
  counter: 'given_counter',
  outcome: `coalesce(given_outcome, ${outcomeOf('given_action')})`,
  state: `coalesce(given_action, '')`,
  app: `lower(coalesce(given_app, ''))`,
  host: 'given_host',
  account: `regexp_extract(coalesce(given_account, ''), '[^\\\\]*$')`,
  sensor: `coalesce(given_sensor, '')`,
  vendor: 'given_vendor',
  session: `coalesce(given_session, '')`,
  record: `coalesce(given_record, '')`,
  directed: `coalesce(given_directed, '')`,
};

/** `tcp/https`, as SonicWall writes it, without what the port stands for. */
function withoutService(text: string): string {
  return `CASE WHEN contains(${text}, '/') THEN regexp_replace(${text}, '^((?i:tcp|udp|icmp))/.*$', '\\1') ELSE ${text} END`;
}

function protocolOf(text: string, app: string): string {
  return `CASE WHEN ${isOneOf(`coalesce(lower(${text}), lower(${app}), '')`, overTcp)} THEN 'tcp' ELSE ${protocolName(withoutService(text))} END`;
}

/** A normal address, or '' where there is none: masked, a name, or one that stands for none. */
function address(normal: string): string {
  return `CASE WHEN ${normal} NOT IN ('0.0.0.0', '::', '::ffff:0') AND ${isAddress(normal)} THEN ${normal} ELSE '' END`;
}

function port(text: string): string {
  return `CASE WHEN TRY_CAST(${text} AS INTEGER) BETWEEN 0 AND 65535 THEN TRY_CAST(${text} AS INTEGER) END`;
}
