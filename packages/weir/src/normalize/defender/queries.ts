import { dnsEvents, observedNames } from '../../tables/index.ts';
import type { Output } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { bareHost } from '../sql/host.ts';

/** The name that a DnsQueryResponse of DeviceEvents asked for. */
export const asked = bareHost(`("AdditionalFields" ->> 'DnsQueryString')`);

/** DnsQueryResult: a list, as JSON or as text, of objects that are JSON texts themselves. */
const results = `coalesce(TRY(from_json("AdditionalFields" ->> 'DnsQueryResult', '["VARCHAR"]')), [])`;
const answers = `list_filter(list_transform(${results}, lambda result: TRY(json_extract_string(result, '$.Result'))),
  lambda answer: answer <> '')`;

const where = `of_table = 'DnsQueryResponse'`;

/** What a process asked DNS, by its device: such events name no address of the client. */
export const queryOutputs: readonly Output[] = [
  {
    table: dnsEvents,
    where,
    columns: {
      Timestamp: '"Timestamp"',
      DeviceName: '"DeviceName"',
      ClientIP: '"LocalIP"',
      QueryName: asked,
      Answers: `CASE WHEN len(${answers}) > 0 THEN to_json(list_transform(${answers}, lambda answer: {'data': answer, 'ttl': NULL::BIGINT})) END`,
      EventId: `'mde:' || md5(concat_ws('|', lower(coalesce(nullif("DeviceName", ''), "DeviceId")), "Timestamp", "ReportId", action,
        "AdditionalFields"))`,
    },
  },
  {
    table: observedNames,
    where: `${where} AND len(${answers}) > 0`,
    from: (records) => {
      const pairs = `SELECT *, unnest(${answers}) AS answer FROM ${records}`;
      const addresses = `SELECT *, ${normalAddress('answer')} AS answered FROM (${pairs})`;
      return `(SELECT * FROM (${addresses}) WHERE ${isAddress('answered')})`;
    },
    columns: {
      Kind: `'dns'`,
      Timestamp: '"Timestamp"',
      DeviceName: '"DeviceName"',
      ClientIP: '"LocalIP"',
      ServerIP: 'answered',
      Host: asked,
    },
  },
];
