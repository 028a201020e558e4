import type { Format } from '../format.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { connectionMapping } from '../session/mapping.ts';
import { endpointOutput } from '../session/process.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { unknownWords } from '../session/words.ts';
import { ocsfConnection } from './connection.ts';
import { dnsOutputs, dnsStage } from './dns.ts';

/** Events of the Open Cybersecurity Schema Framework: network, HTTP and DNS activity, as JSON or in Security Lake's
 *  Parquet. */
export const ocsf: Format = {
  id: 'ocsf',
  title: 'OCSF network activity, HTTP and DNS (4001, 4002, 4003), as JSON or Parquet (Security Lake)',
  gives: [
    ...whatFirewallsTell,
    'bytes in both directions where the source splits them; a total alone says nothing of what went out',
    'process and device, where the source is an endpoint',
    'DNS answers',
  ],
  lacks: ["the layer of the bytes: it is the source's own"],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isOcsf(names) ? 'ocsf' : undefined),
      mapping: (raw) => ocsfMapping(raw),
      unknown: unknownWords,
    }),
};

function isOcsf(names: readonly string[]): boolean {
  const marks = ['metadata', 'category_uid', 'activity_id', 'type_uid', 'severity_id', 'metadata.version'];
  return names.includes('class_uid') && marks.some((mark) => names.includes(mark));
}

function ocsfMapping(raw: RawColumns): Mapping {
  const given = ocsfConnection(raw);
  const endpoint = endpointOutput({
    where: `coalesce(${raw.dotted('actor.process.name', 'actor.process.file.path', 'actor.process.file.name')}) IS NOT NULL`,
    device: raw.dotted('device.hostname', 'device.name'),
    device_id: raw.dotted('device.uid'),
    program: raw.dotted('actor.process.name', 'actor.process.file.name', 'actor.process.file.path'),
    path: raw.dotted('actor.process.file.path'),
    command: raw.dotted('actor.process.cmd_line'),
    pid: raw.dotted('actor.process.pid'),
    created: 'ocsf_created',
    unique_id: raw.dotted('actor.process.uid'),
    parent: raw.dotted(
      'actor.process.parent_process.name',
      'actor.process.parent_process.file.name',
      'actor.process.parent_process.file.path',
    ),
    parent_pid: raw.dotted('actor.process.parent_process.pid'),
    domain: raw.dotted('actor.user.domain', 'actor.process.user.domain'),
  });
  const { where = 'false' } = endpoint;
  return connectionMapping(
    { ...given, unused: unused(raw) },
    {
      stage: { ...endpoint.stage, ...dnsStage(raw) },
      where: `${where} OR of_dns`,
      outputs: [...endpoint.outputs.map((output) => ({ ...output, where: `${where} AND NOT of_dns` })), ...dnsOutputs],
    },
  );
}

function unused(raw: RawColumns): string {
  return firstVerdict([
    ['ocsf_class IS NULL', rejected(otherForm)],
    [
      `ocsf_class = '2004' AND ${raw.dotted('metadata.product.name')} = 'Weir'`,
      ignored("Weir's own findings are no logs of connections"),
    ],
    [
      `ocsf_class NOT IN ('4001', '4002', '4003')`,
      ignoredBy(`'Weir does not use OCSF events of the class ' || left(ocsf_class, 20)`),
    ],
    [`ocsf_class = '4001' AND ocsf_activity = '7'`, ignored('ports that listen are no connections')],
    [`ocsf_class = '4003' AND ocsf_query IS NULL`, ignored('DNS messages without a question tell Weir nothing')],
  ]);
}
