import type { Format } from '../format.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import type { Given } from '../session/given.ts';
import { connectionMapping } from '../session/mapping.ts';
import { endpointOutput } from '../session/process.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { spelledTicks } from '../session/times.ts';
import { unknownWords } from '../session/words.ts';
import { urlHost } from '../sql/host.ts';
import { wholeToTicks } from '../sql/time.ts';

/** Rows of Sentinel's Advanced Security Information Model, of its tables or of its parsers: network and web sessions. */
export const asim: Format = {
  id: 'asim',
  title: 'ASIM network and web sessions of Sentinel (ASimNetworkSessionLogs, imNetworkSession, imWebSession)',
  gives: [
    ...whatFirewallsTell,
    'bytes in both directions as the source counts them',
    'process and device, where the source is an endpoint',
  ],
  lacks: ['what the source did not have: the schema has room for more than most fill in'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isAsim(names) ? 'asim' : undefined),
      mapping: (raw) => asimMapping(raw),
      unknown: unknownWords,
    }),
};

function isAsim(names: readonly string[]): boolean {
  const has = (...columns: string[]): boolean => columns.some((column) => names.includes(column));
  return (
    has('EventSchema', 'EventSchemaVersion', 'EventVendor') &&
    has('EventProduct', 'EventSchema') &&
    has('SrcIpAddr', 'DstIpAddr', 'Src', 'Dst')
  );
}

function asimMapping(raw: RawColumns): Mapping {
  const text = (...names: string[]): string => raw.text(...names);
  const given: Given = {
    facts: [
      {
        asim_schema: `CASE WHEN ${text('EventSchema')} IS NULL AND ${text('Url', 'UrlOriginal', 'HttpRequestMethod')} IS NOT NULL THEN 'websession'
          ELSE lower(coalesce(${text('EventSchema')}, 'NetworkSession')) END`,
        asim_direction: `lower(coalesce(${text('NetworkDirection')}, ''))`,
        asim_length: wholeToTicks(text('NetworkDuration', 'Duration'), 'milliseconds'),
      },
      ...spelledTicks({ asim_starts: text(...times), asim_ends: text('EventEndTime', 'EventEndTime [UTC]') }),
    ],
    time: text(...times),
    starts: 'asim_starts',
    // Many parsers write one time to both columns.
    ends: 'CASE WHEN asim_ends > asim_starts THEN asim_ends WHEN asim_length > 0 THEN asim_starts + asim_length END',
    protocol: text('NetworkProtocol'),
    source: text('SrcIpAddr', 'Src'),
    source_port: text('SrcPortNumber'),
    destination: text('DstIpAddr', 'Dst'),
    destination_port: text('DstPortNumber'),
    destination_inside: text('DstNatIpAddr'),
    sent: text('SrcBytes'),
    answered: text('DstBytes'),
    packets_sent: text('SrcPackets'),
    packets_answered: text('DstPackets'),
    counter: `CASE WHEN asim_schema = 'websession' THEN 'asim-http' ELSE 'asim-bytes' END`,
    action: text('DvcAction', 'DvcOriginalAction'),
    outcome: outcomeOf(text('DvcAction'), text('EventResult')),
    app: text('NetworkApplicationProtocol'),
    host: `coalesce(${[['Url', 'UrlOriginal'], ['HttpHost'], ['DstFQDN'], ['DstHostname']].map((names) => urlHost(text(...names))).join(', ')})`,
    account: text('SrcUsername', 'ActorUsername', 'User'),
    sensor: text('DvcFQDN', 'DvcHostname', 'Dvc'),
    vendor: `'asim'`,
    session: text('NetworkSessionId', 'SessionId'),
    record: `concat_ws('|', ${text('EventVendor')}, ${text('EventProduct')}, ${text('EventOriginalUid')})`,
    directed: `CASE asim_direction WHEN 'inbound' THEN 'in' WHEN 'outbound' THEN 'out' END`,
    unused: unused(text),
  };
  const side = (of: string): string =>
    `CASE WHEN asim_direction = 'inbound' THEN ${text(`Dst${of}`)} ELSE ${text(`Src${of}`)} END`;
  const app = `CASE WHEN lower(${side('AppType')}) = 'process' THEN ${side('AppName')} END`;
  return connectionMapping(
    given,
    endpointOutput({
      where: `coalesce(${side('ProcessName')}, ${app}) IS NOT NULL AND (${ofEndpoint(text)})`,
      device: text('DvcFQDN', 'DvcHostname', 'Dvc'),
      device_id: text('DvcId'),
      program: `coalesce(${side('ProcessName')}, ${app})`,
      command: side('ProcessCommandLine'),
      pid: side('ProcessId'),
      unique_id: side('ProcessGuid'),
    }),
  );
}

const times = ['EventStartTime', 'EventStartTime [UTC]', 'TimeGenerated', 'TimeGenerated [UTC]', 'EventEndTime'];

/** What was done with the connection; in a web session the result is the server's answer, not the connection's. */
function outcomeOf(action: string, result: string): string {
  const done = `lower(coalesce(${action}, ''))`;
  const came = `lower(coalesce(${result}, ''))`;
  return `CASE WHEN regexp_matches(${done}, '^(deny|drop|reset|block)') THEN 'failed'
    WHEN ${came} = 'failure' AND asim_schema <> 'websession' AND ${done} <> 'allow' THEN 'failed'
    WHEN ${done} = 'allow' OR ${came} = 'success' THEN 'established' ELSE 'unknown' END`;
}

type Text = (...names: string[]) => string;

function unused(text: Text): string {
  return firstVerdict([
    [`${text('EventSchema', 'EventVendor', 'EventProduct')} IS NULL`, rejected(otherForm)],
    [
      `asim_schema NOT IN ('networksession', 'websession')`,
      ignoredBy(`'Weir does not use ASIM events of the schema ' || left(asim_schema, 60)`),
    ],
    [`asim_direction = 'listen'`, ignored('ports that listen are no connections')],
    [`lower(${text('EventType')}) = 'l2networksession'`, ignored('sessions of the link layer have no connections')],
  ]);
}

/** Whether the reporting device is one end of the connection. */
function ofEndpoint(text: Text): string {
  const same = (device: string, side: string): string => `lower(${text(device)}) = lower(${text(side)})`;
  return `lower(coalesce(${text('EventType')}, '')) = 'endpointnetworksession'
    OR ${same('DvcHostname', 'SrcHostname')} OR ${same('DvcHostname', 'DstHostname')} OR ${same('DvcIpAddr', 'SrcIpAddr')}
    OR ${same('DvcIpAddr', 'DstIpAddr')} OR ${same('DvcId', 'SrcDvcId')} OR ${same('DvcId', 'DstDvcId')}
    OR regexp_matches(lower(coalesce(${text('EventProduct')}, '')), 'endpoint|sysmon|sentinelone|falcon|carbon black|365 defender')`;
}
