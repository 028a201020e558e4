import type { Format } from '../format.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { answerList } from './dns.ts';
import type { DataName, EventFields } from './fields.ts';
import { sysmonMapping } from './mapping.ts';
import { whatSysmonTells } from './rows.ts';

/** Windows events as Winlogbeat or the Elastic agent writes them, nested or with dotted keys, before or after Elastic's
 *  own pipeline moved event data to the fields of its Common Schema. */
export const sysmonBeats: Format = {
  id: 'sysmon-beats',
  title: 'Sysmon events of Winlogbeat and the Elastic agent (JSON, search answers, CSV of Discover)',
  gives: whatSysmonTells,
  lacks: ['bytes'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isBeats(names) ? 'sysmon-beats' : undefined),
      mapping: (raw) => sysmonMapping(beatsFields(raw)),
      unknown: ['', '-', '(null)'],
    }),
};

function isBeats(names: readonly string[]): boolean {
  if (names.some((name) => name === 'winlog' || name.startsWith('winlog.'))) return true;
  return names.includes('event_data') && names.includes('event_id') && names.includes('log_name');
}

/** Where Elastic's pipeline moves a field. */
const moved: Partial<Record<DataName, string>> = {
  UtcTime: '@timestamp',
  ProcessGuid: 'process.entity_id',
  ProcessId: 'process.pid',
  Image: 'process.executable',
  CommandLine: 'process.command_line',
  ParentProcessGuid: 'process.parent.entity_id',
  ParentProcessId: 'process.parent.pid',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  OriginalFileName: 'process.pe.original_file_name',
  Company: 'process.pe.company',
  Product: 'process.pe.product',
  Description: 'process.pe.description',
  Protocol: 'network.transport',
  Initiated: 'network.direction',
  SourceIp: 'source.ip',
  SourcePort: 'source.port',
  SourceHostname: 'source.domain',
  DestinationIp: 'destination.ip',
  DestinationPort: 'destination.port',
  DestinationHostname: 'destination.domain',
  TargetFilename: 'file.path',
  QueryName: 'dns.question.name',
  QueryStatus: 'sysmon.dns.status',
  QueryResults: 'dns.resolved_ip',
};

function beatsFields(raw: RawColumns): EventFields {
  const data = (name: DataName): string => {
    const to = moved[name];
    return raw.dotted(`winlog.event_data.${name}`, `event_data.${name}`, ...(to ? [to] : []));
  };
  const user = raw.dotted('user.name');
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => `upper('${name}=') || ${raw.dotted(`process.hash.${name}`)}`);
  return {
    event: raw.dotted('winlog.event_id', 'event_id', 'event.code'),
    provider: raw.dotted('winlog.provider_name', 'source_name', 'event.provider'),
    channel: raw.dotted('winlog.channel', 'log_name'),
    computer: raw.dotted('winlog.computer_name', 'computer_name', 'host.name'),
    record: raw.dotted('winlog.record_id', 'record_number'),
    written: 'NULL::VARCHAR',
    data: (name) => {
      if (name === 'User')
        return `coalesce(${data(name)}, nullif(concat_ws('\\', ${raw.dotted('user.domain')}, ${user}), ''))`;
      if (name === 'Hashes') return `coalesce(${data(name)}, nullif(concat_ws(',', ${hashes.join(', ')}), ''))`;
      return data(name);
    },
    answers: answersOf(raw, data('QueryResults')),
  };
}

/** Sysmon's own text, or Elastic's objects of answers, or its list of addresses. */
function answersOf(raw: RawColumns, results: string): string {
  const objects = `TRY(json_extract_string(${raw.dotted('dns.answers')}, '$[*].data'))::VARCHAR[]`;
  const list = `TRY(from_json(${results}, '["VARCHAR"]'))`;
  return `CASE WHEN len(${objects}) > 0 THEN ${objects} WHEN starts_with(${results}, '[') THEN ${list} ELSE ${answerList(results)} END`;
}
