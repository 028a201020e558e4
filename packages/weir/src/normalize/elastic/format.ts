import type { Format } from '../format.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { isAddress } from '../sql/address.ts';
import { isOneOf } from '../sql/words.ts';
import { answerList, dnsOutputs, ttlList } from './dns.ts';
import { endpointFacts, endpointOutputs } from './endpoint.ts';
import { ecsStage } from './fields.ts';
import { began, flowFacts, flowOutputs } from './flows.ts';

/** Documents of the Elastic Common Schema, as they are, in a search answer, one a line, or in Discover's CSV. */
export const elastic: Format = {
  id: 'elastic',
  title: 'Elastic Common Schema: Elastic Defend events, and network flows of any module (Packetbeat, Filebeat)',
  gives: [
    'of Elastic Defend: process, account, device, bytes both ways, DNS answers, files',
    'of other modules: flows with bytes both ways (the layer where the module states it), names, account',
  ],
  lacks: [
    'host names on connections of Elastic Defend, but for DNS answers',
    'repeats of a connection that Elastic Defend leaves out (8.15 and later)',
  ],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isEcs(names) ? 'elastic' : undefined),
      mapping: (raw) => ecsMapping(raw),
      unknown: ['', '-', '(null)'],
    }),
};

function isEcs(names: readonly string[]): boolean {
  const has = (object: string): boolean => names.some((name) => name === object || name.startsWith(`${object}.`));
  return (
    names.includes('@timestamp') &&
    has('event') &&
    ['source', 'destination', 'process', 'dns', 'file', 'agent', 'ecs'].some(has)
  );
}

const fileActions = ['creation', 'modification', 'overwrite', 'rename', 'deletion'];

/** What a document is of: connection, process, file or dns of Elastic Defend; flow, name or dns of a sensor; else ''. A
 *  message inside a connection is no flow, for its bytes are its own: Packetbeat's transactions, Suricata's other records,
 *  FortiGate's inspections, and what only tells a name. `of` gives the SQL of a column of the stage. */
function kindOf(of: (name: string) => string): string {
  const [action, category, dataset] = [of('action'), of('category'), of('dataset')];
  const packetbeat = `(${of('agent')} = 'packetbeat' AND NOT contains(${of('type')}, 'flow') AND ${dataset} NOT IN ('flow', 'network_traffic.flow'))`;
  const named = `${of('name_text')} IS NOT NULL`;
  const uncounted = `${of('bytes_text')} IS NULL`;
  return `CASE
    WHEN ${endpointOf(of)} THEN CASE
      WHEN ${action} = 'lookup_result' OR (contains(${category}, 'network') AND ${of('source_text')} IS NULL AND ${of('query_text')} IS NOT NULL) THEN 'dns'
      WHEN contains(${category}, 'network') OR ${dataset} = 'endpoint.events.network' THEN 'connection'
      WHEN ${action} IN ('start', 'exec', 'fork') THEN 'process'
      WHEN ${isOneOf(action, fileActions)}
        AND (contains(${category}, 'file') OR ${dataset} = 'endpoint.events.file') THEN 'file'
      ELSE '' END
    WHEN NOT contains(${category}, 'network') THEN ''
    WHEN ${of('query_text')} IS NOT NULL AND coalesce(${of('answer_objects')}, ${of('resolved')}) IS NOT NULL THEN 'dns'
    WHEN ${packetbeat} OR ${of('firewall_type')} = 'utm' OR (${uncounted} AND (${of('module')} = 'suricata' OR ${named}))
      THEN CASE WHEN ${named} THEN 'name' ELSE '' END
    ELSE 'flow' END`;
}

function endpointOf(of: (name: string) => string): string {
  return `(${of('agent')} = 'endpoint' OR ${of('module')} = 'endpoint' OR starts_with(${of('dataset')}, 'endpoint.events.'))`;
}

function ecsMapping(raw: RawColumns): Mapping {
  const columns = ecsStage(raw);
  const of = (name: string): string => `(${columns[name]})`;
  const withAddresses = `kind IN ('connection', 'flow', 'name')`;
  return {
    stage: { ...columns, kind: kindOf(of), endpoint: endpointOf(of) },
    facts: {
      began,
      answers: answerList,
      ttls: ttlList,
      ...endpointFacts,
      ...flowFacts,
    },
    verdict: firstVerdict([
      [`time_text IS NULL AND category = '' AND dataset = ''`, rejected(otherForm)],
      [
        'windows IS NOT NULL',
        rejected('a Windows event among other documents; give Weir those as a file of their own'),
      ],
      [`endpoint AND action = 'lookup_requested'`, ignored('questions to DNS, whose answers are events of their own')],
      [
        `kind = ''`,
        ignoredBy(`'Weir does not use events of ' || coalesce(nullif(left(dataset, 60), ''), nullif(left(category, 60), ''), 'no category')
          || CASE WHEN action <> '' THEN ' with the action ' || left(action, 60) ELSE '' END`),
      ],
      ['time_text IS NULL', rejected('the time (@timestamp) is missing')],
      [
        'ticks IS NULL',
        rejected(
          'the time (@timestamp) cannot be read; Discover writes local time without its zone: export as ISO 8601',
        ),
      ],
      [`kind = 'name' AND coalesce(server_name, url_host) IS NULL`, ignored('messages that name no host')],
      [`kind = 'dns' AND query_name IS NULL`, ignored('DNS messages without a question tell Weir nothing')],
      [
        `${withAddresses} AND source_ip IS NULL AND destination_ip IS NULL`,
        ignored('network events without addresses are no connections'),
      ],
      [
        `${withAddresses} AND (source_ip IS NULL OR destination_ip IS NULL)`,
        rejected('a connection without one of its addresses'),
      ],
      [
        `${withAddresses} AND NOT (${isAddress('source_ip')} AND ${isAddress('destination_ip')})`,
        rejected('an address of the connection cannot be read'),
      ],
      ['least(source_bytes, destination_bytes) < 0', rejected('a byte counter is not a number from 0')],
      [`kind = 'file' AND file_path = ''`, rejected('a file event without the file')],
    ]),
    outputs: [...endpointOutputs, ...flowOutputs, ...dnsOutputs],
    isMixed: true,
  };
}
