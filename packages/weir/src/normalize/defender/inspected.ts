import { dnsEvents, observedBodies, observedNames } from '../../tables/index.ts';
import type { Output } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { figure } from '../sql/counter.ts';
import { bareHost } from '../sql/host.ts';

const field = (name: string): string => `("AdditionalFields" ->> '${name}')`;
/** A list that comes as JSON or as JSON text inside JSON text. */
const list = (name: string): string => `coalesce(TRY(from_json(${field(name)}, '["VARCHAR"]')), [])`;

/** Which side opened it; Defender writes In and Out. */
const inbound = `lower(coalesce(${field('direction')}, '')) IN ('in', 'inbound')`;
const client = (local: string, remote: string): string => `CASE WHEN ${inbound} THEN ${remote} ELSE ${local} END`;

const ends: Record<string, string> = {
  Timestamp: '"Timestamp"',
  ClientIP: client('"LocalIP"', '"RemoteIP"'),
  ClientPort: client('"LocalPort"', '"RemotePort"'),
  ServerIP: client('"RemoteIP"', '"LocalIP"'),
  ServerPort: client('"RemotePort"', '"LocalPort"'),
  DeviceName: '"DeviceName"',
};

const { DeviceName: _device, ...bodyEnds } = ends;

const connects = `upper(coalesce(${field('method')}, '')) = 'CONNECT'`;
const answers = list('answers');
const ttls = list('TTLs');

/** The size of a body of clear-text HTTP; a proxy's CONNECT says 0 of what it tunnels. */
const body = (name: string): string => figure(field(name));

/** The text that every file with such rows has. */
const alongside = { text: 'ConnectionInspected' } as const;

/** Names that Defender's own network inspection saw, for the connections that tell the process but no name. */
export const inspectedOutputs: readonly Output[] = [
  {
    table: observedNames,
    alongside,
    where: `action = 'SslConnectionInspected' AND ${bareHost(field('server_name'))} IS NOT NULL`,
    columns: { ...ends, Kind: "'tls'", Host: bareHost(field('server_name')) },
  },
  {
    table: observedNames,
    alongside,
    where: `action = 'HttpConnectionInspected' AND ${bareHost(field('host'))} IS NOT NULL`,
    columns: {
      ...ends,
      Kind: `CASE WHEN ${connects} THEN 'proxy' ELSE 'http' END`,
      Host: `CASE WHEN ${connects} THEN coalesce(${bareHost(field('uri'))}, ${bareHost(field('host'))}) ELSE ${bareHost(field('host'))} END`,
      BytesSent: `CASE WHEN NOT ${connects} THEN ${body('request_body_len')} END`,
    },
  },
  ...['request', 'response'].map((of) => ({
    table: observedBodies,
    alongside,
    where: `action = 'HttpConnectionInspected' AND NOT ${connects} AND ${body(`${of}_body_len`)} > 0`,
    columns: {
      ...bodyEnds,
      BodyId: `md5(concat_ws('|', lower(coalesce(nullif("DeviceName", ''), "DeviceId")), "Timestamp", "ReportId", '${of}',
        "LocalPort", ${field('trans_depth')}, ${field('uri')}))`,
      [of === 'request' ? 'SentByClient' : 'SentByServer']: body(`${of}_body_len`),
    },
  })),
  {
    table: dnsEvents,
    alongside,
    where: `action = 'DnsConnectionInspected' AND ${bareHost(field('query'))} IS NOT NULL`,
    columns: {
      ...ends,
      QueryName: bareHost(field('query')),
      QueryType: `coalesce(${field('qtype_name')}, '')`,
      ResponseCode: `coalesce(${field('rcode_name')}, '')`,
      Answers: `CASE WHEN len(${answers}) > 0 THEN to_json(list_transform(range(1, len(${answers}) + 1),
        lambda i: {'data': (${answers})[i], 'ttl': TRY_CAST(TRY_CAST((${ttls})[i] AS DOUBLE) AS BIGINT)})) END`,
      EventId: `'mde:' || md5(concat_ws('|', lower(coalesce(nullif("DeviceName", ''), "DeviceId")), "Timestamp", "ReportId", 'dns',
        "LocalPort", ${field('trans_id')}, ${field('query')}, ${field('qtype_name')}, ${field('answers')}))`,
    },
  },
  {
    table: observedNames,
    alongside,
    where: `action = 'DnsConnectionInspected' AND ${bareHost(field('query'))} IS NOT NULL AND len(${answers}) > 0`,
    from: (records) => {
      const pairs = `SELECT *, unnest(${answers}) AS answer, unnest(${ttls}) AS ttl FROM ${records}`;
      const addresses = `SELECT *, ${normalAddress('answer')} AS answered FROM (${pairs})`;
      return `(SELECT * FROM (${addresses}) WHERE ${isAddress('answered')})`;
    },
    columns: {
      Kind: "'dns'",
      Timestamp: '"Timestamp"',
      ClientIP: ends.ClientIP ?? '',
      ServerIP: 'answered',
      Host: bareHost(field('query')),
      TtlSeconds: 'TRY_CAST(TRY_CAST(ttl AS DOUBLE) AS BIGINT)',
      DeviceName: '"DeviceName"',
    },
  },
];
