import { sqlText } from '../../engine/sql.ts';
import {
  deviceFileEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  observedNames,
} from '../../tables/index.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { bareHost } from '../sql/host.ts';
import { isoTicks } from '../sql/time.ts';
import { connectionColumns } from './connection.ts';
import { answerList, dnsColumns, nameColumns, resolved } from './dns.ts';
import { dataNames, type EventFields } from './fields.ts';
import { fileColumns, processColumns } from './process.ts';

/** Sysmon's process (1), connection (3), file (11) and name (22) events, among whatever else a Windows log holds. */
export function sysmonMapping(fields: EventFields, preliminary: Verdicts = []): Mapping {
  const { event, provider, channel, computer, record, written, data, answers } = fields;
  const own = Object.fromEntries(dataNames.map((name) => [name, data(name)]));
  const port = (name: 'SourcePort' | 'DestinationPort'): string => `TRY_CAST(${data(name)} AS INTEGER)`;
  return {
    stage: {
      ...own,
      event,
      source: `coalesce(${provider}, ${channel})`,
      ofSysmon: `coalesce(${provider} IN (${providers.map(sqlText).join(', ')}) OR ${channel} IN (${channels.map(sqlText).join(', ')}), false)`,
      device: `coalesce(${computer}, '')`,
      record,
      time_text: `coalesce(${data('UtcTime')}, ${written})`,
      ticks: `coalesce(${isoTicks(data('UtcTime'))}, ${isoTicks(written)})`,
      Image: known(data('Image')),
      ParentImage: known(data('ParentImage')),
      source_ip: normalAddress(data('SourceIp')),
      source_port: port('SourcePort'),
      destination_ip: normalAddress(data('DestinationIp')),
      destination_port: port('DestinationPort'),
      opened_here: `coalesce(lower(${data('Initiated')}) NOT IN ('false', 'ingress', 'inbound'), true)`,
      source_is_self: isSelf(data('SourceHostname'), computer),
      destination_is_self: isSelf(data('DestinationHostname'), computer),
      query_name: bareHost(data('QueryName')),
      answers: answers ?? answerList(data('QueryResults')),
    },
    facts: {
      from_here: fromHere,
      local: `CASE WHEN ${fromHere} THEN source_ip ELSE destination_ip END`,
      local_port: `CASE WHEN ${fromHere} THEN source_port ELSE destination_port END`,
      remote: `CASE WHEN ${fromHere} THEN destination_ip ELSE source_ip END`,
      remote_port: `CASE WHEN ${fromHere} THEN destination_port ELSE source_port END`,
      // Records are numbered anew when a log is cleared, so that a number alone is no key.
      id: `'sysmon:' || md5(concat_ws('|', lower(device), event, ticks, coalesce(record, concat_ws('|', "ProcessGuid", "ProcessId",
        "Image", "SourceIp", "SourcePort", "DestinationIp", "DestinationPort", "Protocol", "QueryName", "QueryResults", "TargetFilename"))))`,
    },
    verdict: firstVerdict([
      ...preliminary,
      ['event IS NULL AND source IS NULL', rejected(otherForm)],
      [
        'NOT ofSysmon',
        ignoredBy(`'Weir does not use Windows events of ' || coalesce(left(source, 60), 'an unknown source')`),
      ],
      ['event IS NULL', rejected('an event without its number')],
      [`event NOT IN ('1', '3', '11', '22')`, ignoredBy(`'Weir does not use Sysmon event ' || left(event, 10)`)],
      ['time_text IS NULL', rejected('the time (UtcTime) is missing')],
      ['ticks IS NULL', rejected('the time (UtcTime) cannot be read')],
      [`event = '3' AND (source_ip IS NULL OR destination_ip IS NULL)`, rejected('a connection without its addresses')],
      [
        `event = '3' AND NOT (${isAddress('source_ip')} AND ${isAddress('destination_ip')})`,
        rejected('an address of the connection cannot be read'),
      ],
      [
        `event = '3' AND (CASE WHEN ${fromHere} THEN destination_ip ELSE source_ip END) IN ('0.0.0.0', '::')`,
        ignored('connections whose remote address Sysmon did not see (all zeros)'),
      ],
      [`event = '22' AND query_name IS NULL`, ignored('DNS messages without a question tell Weir nothing')],
      [`event = '11' AND "TargetFilename" IS NULL`, rejected('a file event without the file')],
    ]),
    outputs: [
      { table: endpointConnections, where: `event = '3'`, columns: connectionColumns },
      { table: deviceProcessEvents, where: `event = '1'`, columns: processColumns },
      { table: deviceFileEvents, where: `event = '11'`, columns: fileColumns },
      { table: dnsEvents, where: `event = '22'`, columns: dnsColumns },
      { table: observedNames, where: `event = '22' AND len(answers) > 0`, from: resolved, columns: nameColumns },
    ],
    isMixed: true,
  };
}

export type Verdicts = readonly (readonly [condition: string, verdict: string])[];

const providers = ['Microsoft-Windows-Sysmon', 'Linux-Sysmon'];
const channels = providers.map((provider) => `${provider}/Operational`);

/** Whether the source is the device: where one side alone has its name, that one; else the device is the source of what it
 *  initiated. Of UDP Sysmon has Initiated false for answers too, with the device as their source. */
const fromHere = `(CASE WHEN source_is_self <> destination_is_self THEN source_is_self ELSE opened_here END)`;

function isSelf(name: string, computer: string): string {
  const first = (text: string): string => `lower(split_part(${text}, '.', 1))`;
  return `coalesce(${first(name)} = ${first(computer)}, false)`;
}

/** Sysmon's words for a process that it does not know, also with XML's escapes kept, are no image. */
function known(image: string): string {
  return `CASE WHEN ${image} NOT IN ('<unknown process>', '&lt;unknown process&gt;') THEN ${image} END`;
}
