import { dnsEvents, observedNames } from '../../tables/index.ts';
import { ignored, type Output } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { bareHost } from '../sql/host.ts';
import type { Eve, Rules } from './columns.ts';

/** Questions and answers are records of their own. The question is `rrname`, or in the third form `queries`. Answers are
 *  a list, or `grouped` by type without their TTL, or, in the first form, one record each (whose `rrname` is the answer's
 *  own: of a chain of CNAMEs not always what was asked). */
export function dnsStage({ text, member }: Eve): Record<string, string> {
  const dns = (path: string): string => member('dns', path);
  const query = (key: string): string => `json_extract_string(${dns('queries')}, '$[0].${key}')`;
  const listed = `TRY(from_json(${dns('answers')}, '[{"rrname":"VARCHAR","rdata":"VARCHAR","ttl":"VARCHAR"}]'))::STRUCT(rrname VARCHAR, rdata VARCHAR, ttl VARCHAR)[]`;
  const grouped = `TRY(from_json(${dns('grouped')}, '{"CNAME":["VARCHAR"],"A":["VARCHAR"],"AAAA":["VARCHAR"]}'))::STRUCT("CNAME" VARCHAR[], "A" VARCHAR[], "AAAA" VARCHAR[])`;
  const addresses = ['CNAME', 'A', 'AAAA'].map((type) => `coalesce((${grouped})."${type}", [])`).join(' || ');
  const answer = (data: string, ttl: string): string => `{'data': ${data}, 'ttl': TRY_CAST(${ttl} AS BIGINT)}`;
  const isAnswer = `${dns('type')} IN ('answer', 'response')`;
  return {
    dns_type: `coalesce(${dns('type')}, '')`,
    asked_name: bareHost(`coalesce(${dns('rrname')}, ${query('rrname')}, (${listed})[1].rrname)`),
    asked_type: `coalesce(${dns('rrtype')}, ${query('rrtype')}, '')`,
    response: `CASE WHEN ${isAnswer} THEN coalesce(${dns('rcode')}, '') ELSE '' END`,
    transaction: `coalesce(${dns('id')}, '')`,
    answers: `CASE WHEN ${text('event_type')} <> 'dns' OR NOT ${isAnswer} THEN []
      WHEN len((${listed})) > 0 THEN list_transform(list_filter((${listed}), lambda a: a.rdata IS NOT NULL), lambda a: ${answer('a.rdata', 'a.ttl')})
      WHEN ${dns('grouped')} IS NOT NULL THEN list_transform(${addresses}, lambda a: ${answer('a', 'NULL')})
      WHEN ${dns('rdata')} IS NOT NULL THEN [${answer(dns('rdata'), dns('ttl'))}] ELSE [] END`,
  };
}

export const dnsRules: Rules = [
  ["kind = 'dns' AND asked_name IS NULL", ignored('DNS messages without a question tell Weir nothing')],
];

/** An answer's record may have the server as its source: the server is the side with the lesser port. */
const answered = `CASE WHEN source_port <> destination_port THEN source_port < destination_port
  ELSE dns_type IN ('answer', 'response') END`;
const client = (own: string, other: string): string => `CASE WHEN ${answered} THEN ${other} ELSE ${own} END`;

export const dnsOutputs: readonly Output[] = [
  {
    table: dnsEvents,
    where: "kind = 'dns'",
    columns: {
      Timestamp: 'ticks',
      ClientIP: client('source', 'destination'),
      ClientPort: client('source_port', 'destination_port'),
      ServerIP: client('destination', 'source'),
      ServerPort: client('destination_port', 'source_port'),
      QueryName: 'asked_name',
      QueryType: 'asked_type',
      ResponseCode: 'response',
      Answers: 'CASE WHEN len(answers) > 0 THEN to_json(answers) END',
      FlowId: 'flow_key',
      Sensor: 'sensor',
      EventId: `'suricata:' || md5(concat_ws('|', flow_key, sensor, ticks, source, source_port, destination, dns_type, transaction,
        asked_name, asked_type, response, to_json(answers)))`,
    },
  },
  {
    table: observedNames,
    where: "kind = 'dns' AND len(answers) > 0",
    from: (records) => {
      const each = `SELECT * EXCLUDE (answers), unnest(answers) AS answer FROM ${records}`;
      const addresses = `SELECT *, ${normalAddress('answer.data')} AS address FROM (${each})`;
      return `(SELECT * FROM (${addresses}) WHERE ${isAddress('address')})`;
    },
    columns: {
      Kind: "'dns'",
      Timestamp: 'ticks',
      FlowId: 'flow_key',
      ClientIP: client('source', 'destination'),
      ServerIP: 'address',
      Host: 'asked_name',
      TtlSeconds: 'answer.ttl',
      Sensor: 'sensor',
    },
  },
];
