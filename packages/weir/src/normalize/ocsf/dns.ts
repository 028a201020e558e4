import { dnsEvents, observedNames } from '../../tables/index.ts';
import type { Output } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { isAddress, normalAddress } from '../sql/address.ts';

/** Stage columns of DNS activity. */
export function dnsStage(raw: RawColumns): Record<string, string> {
  const answers = raw.dotted('answers');
  // The cast is for a file without such a column, whose null has no type.
  const list = (member: string): string =>
    `coalesce(TRY(json_extract_string(${answers}, '$[*].${member}'))::VARCHAR[], [])`;
  return {
    of_dns: `ocsf_class IS NOT DISTINCT FROM '4003'`,
    query: 'ocsf_query',
    query_type: `coalesce(${raw.dotted('query.type')}, '')`,
    response: `coalesce(${raw.dotted('rcode')}, '')`,
    answers: list('rdata'),
    ttls: list('ttl'),
  };
}

const ttl = (text: string): string => `TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS BIGINT)`;

/** Questions with their answers, and each address answered under the name that was asked for. */
export const dnsOutputs: readonly Output[] = [
  {
    table: dnsEvents,
    where: 'of_dns',
    columns: {
      Timestamp: 'starts',
      ClientIP: 'source',
      ClientPort: 'source_port',
      ServerIP: 'destination',
      ServerPort: 'destination_port',
      QueryName: 'query',
      QueryType: 'query_type',
      ResponseCode: 'response',
      Answers: `CASE WHEN len(answers) > 0 THEN to_json(list_transform(range(1, len(answers) + 1),
        lambda i: {'data': answers[i], 'ttl': ${ttl('ttls[i]')}})) END`,
      Sensor: 'sensor',
      EventId: `'ocsf:' || md5(concat_ws('|', record, starts, source, coalesce(source_port, -1), query, query_type, response, array_to_string(answers, ',')))`,
    },
  },
  {
    table: observedNames,
    where: 'of_dns AND len(answers) > 0',
    from: (records) => {
      const pairs = `SELECT *, unnest(answers) AS answer, unnest(ttls) AS answer_ttl FROM ${records}`;
      const named = `SELECT *, ${normalAddress('answer')} AS address FROM (${pairs})`;
      return `(SELECT * FROM (${named}) WHERE ${isAddress('address')})`;
    },
    columns: {
      Kind: `'dns'`,
      Timestamp: 'starts',
      ClientIP: 'source',
      ServerIP: 'address',
      Host: 'query',
      TtlSeconds: ttl('answer_ttl'),
      Sensor: 'sensor',
    },
  },
];
