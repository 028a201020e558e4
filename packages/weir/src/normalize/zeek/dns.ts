import { dnsEvents, observedNames } from '../../tables/index.ts';
import { firstVerdict, ignored, type Mapping } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { bareHost } from '../sql/host.ts';
import { connectionRules, connectionStage, type Fields, type Vector } from './columns.ts';

/** Zeek's dns.log to `DnsEvents`, and every address answered to `ObservedNames` under the name that was asked for. */
export function dnsMapping(raw: Fields, vector: Vector): Mapping {
  return {
    stage: {
      ...connectionStage(raw),
      query_name: bareHost(raw.text('query')),
      query_type: `coalesce(${raw.text('qtype_name')}, '')`,
      response: `coalesce(${raw.text('rcode_name')}, '')`,
      answers: vector(raw.text('answers')),
      ttls: vector(raw.text('TTLs')),
      transaction: `coalesce(${raw.text('trans_id')}, '')`,
    },
    verdict: firstVerdict([
      ['query_name IS NULL', ignored('DNS messages without a question tell Weir nothing')],
      ...connectionRules,
    ]),
    outputs: [
      { table: dnsEvents, columns: dnsColumns },
      { table: observedNames, alongside: 'always', where: 'len(answers) > 0', from: answered, columns: nameColumns },
    ],
  };
}

const answerObject = `{'data': answers[i], 'ttl': TRY_CAST(TRY_CAST(ttls[i] AS DOUBLE) AS BIGINT)}`;

const dnsColumns: Record<string, string> = {
  Timestamp: 'ticks',
  ClientIP: 'origin',
  ClientPort: 'origin_port',
  ServerIP: 'responder',
  ServerPort: 'responder_port',
  QueryName: 'query_name',
  QueryType: 'query_type',
  ResponseCode: 'response',
  Answers: `CASE WHEN len(answers) > 0 THEN to_json(list_transform(range(1, len(answers) + 1), lambda i: ${answerObject})) END`,
  FlowId: 'uid',
  Sensor: 'sensor',
  EventId: `'zeek:' || md5(concat_ws('|', uid, ticks, origin, transaction, query_name, query_type, response, array_to_string(answers, ',')))`,
};

function answered(records: string): string {
  const pairs = `SELECT *, unnest(answers) AS answer, unnest(ttls) AS ttl FROM ${records}`;
  const addresses = `SELECT *, ${normalAddress('answer')} AS address FROM (${pairs})`;
  return `(SELECT * FROM (${addresses}) WHERE ${isAddress('address')})`;
}

const nameColumns: Record<string, string> = {
  Kind: "'dns'",
  Timestamp: 'ticks',
  FlowId: 'uid',
  ClientIP: 'origin',
  ServerIP: 'address',
  Host: 'query_name',
  TtlSeconds: 'TRY_CAST(TRY_CAST(ttl AS DOUBLE) AS BIGINT)',
  Sensor: 'sensor',
};
