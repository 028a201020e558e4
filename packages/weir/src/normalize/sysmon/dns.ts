import { isAddress, normalAddress } from '../sql/address.ts';

/** What Sysmon writes of an answer: aliases as `type:  5 name`, addresses bare or mapped, each with `;` behind it. */
export function answerList(results: string): string {
  const parts = `list_transform(string_split(${results}, ';'), lambda part: trim(regexp_replace(part, '^\\s*type:\\s*[0-9]+\\s', '')))`;
  return `list_filter(${parts}, lambda part: part NOT IN ('', '-'))`;
}

/** Windows' numbers for how a lookup ended, and Winlogbeat's words for them, as the answer's own codes; others stay. */
const responseCode = `CASE "QueryStatus"
  WHEN '0' THEN 'NOERROR' WHEN 'SUCCESS' THEN 'NOERROR'
  WHEN '9501' THEN 'NOERROR' WHEN 'DNS_INFO_NO_RECORDS' THEN 'NOERROR'
  WHEN '9001' THEN 'FORMERR' WHEN 'DNS_ERROR_RCODE_FORMAT_ERROR' THEN 'FORMERR'
  WHEN '9002' THEN 'SERVFAIL' WHEN 'DNS_ERROR_RCODE_SERVER_FAILURE' THEN 'SERVFAIL'
  WHEN '9003' THEN 'NXDOMAIN' WHEN 'DNS_ERROR_RCODE_NAME_ERROR' THEN 'NXDOMAIN'
  WHEN '9004' THEN 'NOTIMP' WHEN 'DNS_ERROR_RCODE_NOT_IMPLEMENTED' THEN 'NOTIMP'
  WHEN '9005' THEN 'REFUSED' WHEN 'DNS_ERROR_RCODE_REFUSED' THEN 'REFUSED'
  ELSE "QueryStatus" END`;

/** Sysmon's event 22: what a device asked, whatever address it had. */
export const dnsColumns: Record<string, string> = {
  Timestamp: 'ticks',
  DeviceName: 'device',
  QueryName: 'query_name',
  ResponseCode: responseCode,
  Answers: `CASE WHEN len(answers) > 0 THEN to_json(list_transform(answers, lambda answer: {'data': answer, 'ttl': NULL::BIGINT})) END`,
  EventId: 'id',
};

/** One record for each address that a name was answered with. */
export function resolved(records: string): string {
  const pairs = `SELECT *, unnest(answers) AS answer FROM ${records}`;
  const addresses = `SELECT *, ${normalAddress('answer')} AS answered FROM (${pairs})`;
  return `(SELECT * FROM (${addresses}) WHERE ${isAddress('answered')})`;
}

export const nameColumns: Record<string, string> = {
  Kind: `'dns'`,
  Timestamp: 'ticks',
  ServerIP: 'answered',
  Host: 'query_name',
  DeviceName: 'device',
};
