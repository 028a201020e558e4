import { networkFlows, observedNames } from '../../tables/index.ts';
import { flow } from '../flow.ts';
import { firstVerdict, ignored, type Mapping, rejected } from '../mapping.ts';
import { numberedAmongEquals, type RawColumns } from '../reading.ts';
import { isAddress, isInside, normalAddress } from '../sql/address.ts';
import { measured } from '../sql/counter.ts';
import { secondsToTicks } from '../sql/time.ts';
import { targetParts } from './target.ts';

/** What a proxy's log says of one request or tunnel, as SQL over the reading's columns: texts as recorded, null where
 *  they are unknown, unless said otherwise. */
export interface ProxyRequest {
  /** Ticks, and the text that they were read from. */
  readonly ticks: string;
  readonly time: string;
  /** Whether the time is that of the request's end; else it is that of its begin, or nobody says. */
  readonly timeIsEnd: boolean;
  readonly milliseconds?: string;
  readonly client: string;
  readonly client_port?: string;
  readonly account?: string;
  /** A URL, or `host:port` as CONNECT has it. Where the log has its parts apart, the URL made of them. */
  readonly target: string;
  /** The address that the proxy reached the target at, where that is no other proxy. */
  readonly peer?: string;
  /** Bytes from the client, and to it. */
  readonly sent?: string;
  readonly received?: string;
  /** The proxy's own word for what became of the request. */
  readonly state: string;
  /** SQL, true or not: the proxy kept the request from its target; the target answered. */
  readonly refused: string;
  readonly answered: string;
  /** Where the proxy itself listens. */
  readonly proxy?: string;
  readonly proxy_port?: string;
  /** The proxy that wrote the log. */
  readonly sensor?: string;
  /** Texts beside these that tell one request from another. */
  readonly telling?: readonly string[];
}

export interface ProxyKind {
  /** The first word of EventId and BytesSource: `squid`, `umbrella`… */
  readonly word: string;
  /** Our own server writes of its visitors: the target is ours, and its address is `peer`. */
  readonly serves?: boolean;
  /** The log has whole seconds and is written once: equal records are several requests. */
  readonly repeats?: boolean;
  /** Verdicts on a record before those that all have. */
  readonly rules?: readonly (readonly [condition: string, verdict: string])[];
  /** Stage columns that those rules speak of. */
  readonly stage?: Readonly<Record<string, string>>;
}

const nothing = 'NULL::VARCHAR';

/** One request a record: a flow of its client, and the name that the client asked for.
 *
 *  Bytes are what passed between the client and the proxy with the headers of HTTP; those of a request that was refused
 *  never reached the target and count as unknown. A record has an id made of its own content, so that a copy of it, in
 *  one export or in two, is the same event; where the proxy ran is no part of that, for a collector adds it. In a log
 *  that `repeats`, its place among its equals is part of the id. */
export function proxyMapping(kind: ProxyKind, raw: RawColumns, given: ProxyRequest): Mapping {
  const request = { ...unknown, ...given };
  const { word, serves = false, repeats = false, rules = [] } = kind;
  const { facts, columns } = flow({ counter: word, opener: 'source' }, flowRecord(serves));
  const id = `'${word}:' || content${repeats ? ` || '#' || ordinal` : ''}`;
  const from = repeats && { from: (records: string): string => numberedAmongEquals(records, contentNames) };
  const flows = { ...columns, BytesSource: bytesSource(word), EventId: id, FlowId: id };
  return {
    stage: { ...kind.stage, ...stage(raw, request) },
    facts: { outcome, ...(repeats ? {} : { content }), ...facts },
    verdict: firstVerdict([
      ...rules,
      ['time_text IS NULL', rejected('the time is missing')],
      ['ticks IS NULL', rejected('the time cannot be read')],
      ['least(sent, received) < 0', rejected('a byte counter is not a number from 0')],
      ['least(port, client_port) < 0', rejected('a port is not a number from 0 to 65535')],
      [
        "host = '' AND destination = ''",
        ignored('requests without a host, such as connections that asked for nothing'),
      ],
    ]),
    outputs: [
      { table: networkFlows, columns: flows, ...from },
      ...(serves
        ? []
        : [
            {
              table: observedNames,
              columns: { ...nameColumns, FlowId: id },
              where: named,
              alongside: 'always' as const,
              ...from,
            },
          ]),
    ],
  };
}

const unknown = {
  milliseconds: nothing,
  client_port: nothing,
  account: nothing,
  peer: nothing,
  sent: nothing,
  received: nothing,
  proxy: nothing,
  proxy_port: nothing,
  sensor: nothing,
  telling: [],
} satisfies Partial<ProxyRequest>;

/** What is spoken of more than once is a column of its own: the engine takes memory for each part of an expression. */
function stage(raw: RawColumns, request: Required<ProxyRequest>): Record<string, string> {
  const given = (text: string): string => (text === nothing ? nothing : raw.once(text));
  const span = `coalesce(${secondsToTicks(`(TRY_CAST(${given(request.milliseconds)} AS DOUBLE) / 1000)`)}, 0)`;
  const ticks = raw.once(request.ticks);
  const target_text = raw.once(request.target);
  const target = targetParts(raw, target_text);
  // No name that ends in a letter is an address, unless it has a colon.
  const mayBeNumber = `contains(${target.host}, ':') OR ${target.host}[-1] BETWEEN '0' AND '9'`;
  const isNumber = raw.once(`CASE WHEN ${mayBeNumber} THEN ${isAddress(target.host)} ELSE false END`);
  return {
    time_text: request.time,
    ticks: request.timeIsEnd ? `${ticks} - greatest(${span}, 0)` : ticks,
    ends: request.timeIsEnd ? ticks : 'NULL::BIGINT',
    client: addressOf(raw, given(request.client)),
    client_port: portOf(given(request.client_port)),
    account: `coalesce(${request.account}, '')`,
    target_text,
    scheme: target.scheme,
    host: `CASE WHEN ${isNumber} THEN '' ELSE ${target.host} END`,
    port: `CASE WHEN ${target.host} <> '' THEN ${portOf(raw.once(`nullif(${target.port}, '')`))} END`,
    destination: `CASE WHEN ${isNumber} THEN ${normalAddress(target.host)} ELSE ${addressOf(raw, given(request.peer))} END`,
    sent: counterOf(given(request.sent)),
    received: counterOf(given(request.received)),
    state: `coalesce(${request.state}, '')`,
    refused: `coalesce(${request.refused}, false)`,
    answered: `coalesce(${request.answered}, false)`,
    proxy: addressOf(raw, given(request.proxy)),
    proxy_port: portOf(given(request.proxy_port)),
    sensor: `coalesce(${request.sensor}, '')`,
    telling: `concat_ws('|', ${['NULL', ...request.telling].map((text) => `coalesce(${text}, '')`).join(', ')})`,
  };
}

/** A normal address; '' where there is none, or what stands there is none. */
function addressOf(raw: RawColumns, text: string): string {
  if (text === nothing) return "''";
  const normal = raw.once(normalAddress(text));
  return `CASE WHEN ${isAddress(normal)} AND ${normal} NOT IN ('0.0.0.0', '::') THEN ${normal} ELSE '' END`;
}

/** -1 where what is recorded is no number. */
function counterOf(text: string): string {
  if (text === nothing) return 'NULL::BIGINT';
  return measured(
    `CASE WHEN regexp_full_match(${text}, '[0-9]{1,18}') THEN CAST(${text} AS BIGINT) WHEN ${text} IS NOT NULL THEN -1 END`,
  );
}

/** The same; port 0 is none. */
function portOf(text: string): string {
  if (text === nothing) return 'NULL::INTEGER';
  const isPort = `regexp_full_match(${text}, '[0-9]{1,5}') AND CAST(${text} AS INTEGER) < 65536`;
  return `CASE WHEN ${isPort} THEN nullif(CAST(${text} AS INTEGER), 0) WHEN ${text} IS NOT NULL THEN -1 END`;
}

const usualPort = `CASE scheme WHEN 'https' THEN 443 WHEN 'http' THEN 80 WHEN 'ftp' THEN 21 END`;
const outcome = `CASE WHEN refused THEN 'failed' WHEN answered THEN 'established' ELSE 'unknown' END`;
const contentNames = [
  'ticks',
  'ends',
  'client',
  'client_port',
  'account',
  'target_text',
  'destination',
  'sent',
  'received',
  'state',
  'telling',
];
const content = `md5(concat_ws('|', ${contentNames.map((name) => `coalesce(${name}::VARCHAR, '')`).join(', ')}))`;
const named = "host <> ''";

function bytesSource(word: string): string {
  return `CASE WHEN NOT refused AND coalesce(sent, received) IS NOT NULL THEN '${word}-http' ELSE '' END`;
}

function flowRecord(serves: boolean) {
  return {
    starts: 'ticks',
    ends: 'ends',
    protocol: `'tcp'`,
    source: 'client',
    source_port: 'client_port',
    destination: 'destination',
    destination_port: `coalesce(port, ${usualPort})`,
    sent: 'sent',
    answered: 'received',
    outcome: 'outcome',
    state: 'state',
    app: `CASE WHEN scheme IN ('http', 'https', 'ftp') THEN scheme ELSE '' END`,
    sensor: 'sensor',
    account: 'account',
    ...(serves && { source_is_ours: isInside('client'), destination_is_ours: 'true' }),
  };
}

const nameColumns = {
  Kind: "'proxy'",
  Timestamp: 'ticks',
  ClientIP: 'client',
  ClientPort: 'client_port',
  ServerIP: 'proxy',
  ServerPort: 'proxy_port',
  Host: 'host',
  Sensor: 'sensor',
};
