import { dnsEvents, observedNames } from '../../tables/index.ts';
import type { Output } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { eventId } from './endpoint.ts';

const objects = `coalesce(TRY(json_extract_string(answer_objects, '$[*].data')), [])`;
const ttls = `coalesce(TRY(json_extract_string(answer_objects, '$[*].ttl')), [])`;
const addresses = `coalesce(TRY(from_json(resolved, '["VARCHAR"]')), string_split(resolved, ', '), [])`;

/** Answers with their time to live where the record has them, else the addresses alone. */
export const answerList = `CASE WHEN len(${objects}) > 0 THEN ${objects} ELSE ${addresses} END`;
export const ttlList = `CASE WHEN len(${objects}) > 0 THEN ${ttls} ELSE [] END`;

const ttl = (text: string): string => `TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS BIGINT)`;

/** Who asked: the device that Elastic Defend runs on, or the client that a sensor saw. */
const fromEndpoint = (yes: string, no: string): string => `CASE WHEN endpoint THEN ${yes} ELSE ${no} END`;

export const dnsOutputs: readonly Output[] = [
  {
    table: dnsEvents,
    where: `kind = 'dns'`,
    columns: {
      Timestamp: 'ticks',
      ClientIP: 'source_ip',
      ClientPort: 'source_port',
      ServerIP: 'destination_ip',
      ServerPort: 'destination_port',
      QueryName: 'query_name',
      QueryType: 'query_type',
      ResponseCode: 'response_code',
      Answers: `CASE WHEN len(answers) > 0 THEN to_json(list_transform(range(1, len(answers) + 1),
        lambda i: {'data': answers[i], 'ttl': ${ttl('ttls[i]')}})) END`,
      DeviceName: fromEndpoint('host_name', `''`),
      Sensor: fromEndpoint(`''`, 'sensor'),
      EventId: eventId,
    },
  },
  {
    table: observedNames,
    where: `kind = 'dns' AND len(answers) > 0`,
    from: (records) => {
      const pairs = `SELECT *, unnest(answers) AS answer, unnest(ttls) AS answer_ttl FROM ${records}`;
      const named = `SELECT *, ${normalAddress('answer')} AS answered FROM (${pairs})`;
      return `(SELECT * FROM (${named}) WHERE ${isAddress('answered')})`;
    },
    columns: {
      Kind: `'dns'`,
      Timestamp: 'ticks',
      ClientIP: 'source_ip',
      ServerIP: 'answered',
      Host: 'query_name',
      TtlSeconds: ttl('answer_ttl'),
      DeviceName: fromEndpoint('host_name', `''`),
      Sensor: fromEndpoint(`''`, 'sensor'),
    },
  },
];
