import type { Format } from '../format.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { isOneOf } from '../sql/words.ts';
import { bodyOutput, bodyRules, bodyStage } from './bodies.ts';
import { commonRules, commonStage, type Eve } from './columns.ts';
import { dnsOutputs, dnsRules, dnsStage } from './dns.ts';
import { filebeatEve } from './filebeat.ts';
import { flowFacts, flowOutput, flowRules, flowStage } from './flow.ts';
import { nameOutput, nameRules, nameStage } from './names.ts';

/** Suricata's EVE: JSON records of all event types in one stream, as they are, inside `event` (AWS Network Firewall,
 *  Splunk), as text in `message`, or as Filebeat keeps them under `suricata.eve`. */
export const suricataEve: Format = {
  id: 'suricata',
  title:
    'Suricata EVE (flow, netflow, tls, quic, http, dns, fileinfo), also inside Filebeat and AWS Network Firewall records',
  gives: [
    'bytes both ways, as Ethernet frames less their headers: a lower bound where frames were lost or offloaded',
    'connection state',
    'host names from TLS, QUIC and HTTP',
    'sizes of files sent and received in clear text',
    'DNS questions and answers',
  ],
  lacks: ['process', 'account', 'device', 'counted payload'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isEve(new Set(names)) ? 'suricata' : undefined),
      mapping: (raw, names) => eveMapping(asEve(raw, names), isMixed(names)),
      unknown: ['', '-'],
    }),
};

function isEve(names: ReadonlySet<string>): boolean {
  const has = (...keys: string[]): boolean => keys.every((key) => names.has(key));
  if (has('suricata', '@timestamp')) return true;
  if (!has('event_type', 'timestamp')) return false;
  return has('src_ip', 'dest_ip') ? names.has('flow_id') || names.has('proto') : names.has('stats');
}

function asEve(raw: RawColumns, names: readonly string[]): Eve {
  if (!names.includes('event_type')) return filebeatEve(raw);
  // CSV and Parquet made of EVE have the members of its objects as columns.
  const isFlat = names.some((name) => /^(flow|netflow|tls|quic|http|dns|fileinfo)\./.test(name));
  return {
    text: (...keys) => raw.text(...keys),
    member: (column, path) => (isFlat ? raw.dotted(`${column}.${path}`) : raw.member(column, path)),
  };
}

/** Whether the first records tell more than flows. */
function isMixed(names: readonly string[]): boolean {
  return ['tls', 'quic', 'http', 'dns', 'fileinfo', 'suricata'].some((name) => names.includes(name));
}

const usedKinds = ['flow', 'netflow', 'tls', 'quic', 'http', 'dns', 'fileinfo'];

function eveMapping(eve: Eve, mixed: boolean): Mapping {
  return {
    isMixed: mixed,
    stage: {
      ...commonStage(eve),
      ...flowStage(eve),
      ...nameStage(eve),
      ...dnsStage(eve),
      ...bodyStage(eve),
    },
    facts: flowFacts,
    verdict: firstVerdict([
      ["kind = ''", rejected(otherForm)],
      ["kind = 'alert'", ignored('alerts repeat the counters that their flow had at that moment')],
      ["kind = 'stats'", ignored('statistics tell of the sensor, not of connections')],
      [`NOT ${isOneOf('kind', usedKinds)}`, ignoredBy("'Weir does not use Suricata ' || left(kind, 60) || ' records'")],
      ...nameRules,
      ...dnsRules,
      ...bodyRules,
      ...commonRules,
      ...flowRules,
    ]),
    outputs: [flowOutput, nameOutput, bodyOutput, ...dnsOutputs],
  };
}
