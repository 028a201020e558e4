import { describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { catalogue } from '../fusion/fused.ts';
import { dnsRecord, fileRecord, flowRecord, httpRecord, netflowRecord } from './eveRecords.ts';
import { changed, elasticDocument, endpointExamples, ndjson, sysmonRow } from './examples/endpoint.ts';
import { firstExamples } from './examples/first.ts';
import { flowExamples } from './examples/flows.ts';
import { mobileExamples } from './examples/mobile.ts';
import { asimRow, commonSecurityRow, fortigate, fortigateCef, normalExamples, ocsfEvent } from './examples/normal.ts';
import { proxyExamples } from './examples/proxies.ts';
import { sensorExamples } from './examples/sensors.ts';
import { withFiles } from './intake.ts';

/** The ends of what 64 bits hold, and beyond; what is a number of the wrong sign. */
const extremes = [
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551615',
  '1e30',
  '-1',
  '922337203685477580',
  '9999999999999999',
];

const zeekEnds = { ts: 1773130530.25, uid: 'C', 'id.orig_h': '10.0.0.5', 'id.orig_p': 1, 'id.resp_h': '203.0.113.9' };
const counted = { orig_bytes: 7, resp_bytes: 8, orig_ip_bytes: 90, resp_ip_bytes: 91, orig_pkts: 2, resp_pkts: 3 };
const answer = { rrname: 'a.example', answers: [{ rrname: 'a.example', rdata: '203.0.113.9', ttl: 30 }] };
const ecsFlow = (module: string) =>
  changed(elasticDocument(), {
    event: {
      module,
      dataset: 'flow',
      category: ['network'],
      action: 'network_flow',
      duration: 5_000_000_000,
      end: '2026-03-10T08:15:40Z',
    },
    agent: { type: 'packetbeat' },
    process: undefined,
    source: { bytes: 900, packets: 5 },
    destination: { bytes: 800, packets: 4 },
  });

/** Records with more of their formats' numbers than the usual examples have. */
const fuller: Readonly<Record<string, string>> = {
  'zeek conn': ndjson([
    { _path: 'conn', ...zeekEnds, proto: 'tcp', duration: 1.5, conn_state: 'SF', missed_bytes: 4, ...counted },
  ]),
  'zeek files': ndjson([{ _path: 'files', ...zeekEnds, fuid: 'F', is_orig: true, seen_bytes: 5, conn_uids: ['C'] }]),
  'zeek http': ndjson([
    { _path: 'http', ...zeekEnds, method: 'PUT', host: 'a.example', uri: '/', request_body_len: 5 },
  ]),
  'zeek dns': ndjson([{ _path: 'dns', ...zeekEnds, query: 'a.example', answers: ['203.0.113.1'], TTLs: [30] }]),
  'zeek burst': ndjson([{ _path: 'conn_burst', ...zeekEnds, orig_size: 5, resp_size: 6, age_of_conn: 2 }]),
  eve: ndjson([flowRecord(), netflowRecord(), httpRecord(), fileRecord(), dnsRecord({ type: 'answer', ...answer })]),
  'elastic frames': ndjson([ecsFlow('packetbeat')]),
  'elastic packets': ndjson([ecsFlow('zeek')]),
  'elastic process': ndjson([elasticDocument()]),
  'sysmon process': ndjson([sysmonRow(1)]),
  'cef in packets': fortigateCef({ FTNTFGTsentpkt: '5', FTNTFGTrcvdpkt: '6' }),
  'cef PAN-OS': fortigateCef({ PanOSPacketsSent: '4000', PanOSPacketsReceived: '700' }).replace(
    'CEF:0|Fortinet|Fortigate|v7.4.1|00013|traffic:forward close|',
    'CEF:0|Palo Alto Networks|PAN-OS|11|end|TRAFFIC|',
  ),
  'sentinel packets': ndjson([
    { ...commonSecurityRow, DeviceCustomNumber2: '4000', DeviceCustomNumber2Label: 'Packets Sent' },
  ]),
  'fortinet in packets': fortigate({ sentpkt: '5', rcvdpkt: '6' }),
  'ocsf that lasts': ndjson([{ ...ocsfEvent, end_time: undefined, activity_id: 6, duration: 5000 }]),
  'asim that lasts': ndjson([
    { ...asimRow, EventEndTime: asimRow.EventStartTime, NetworkDuration: 5000, SrcPackets: 5, DstPackets: 6 },
  ]),
  'azure tuples': ndjson([
    {
      ...{ time: '2026-03-10T08:01:00Z', macAddress: '000D3A0A0B0C', category: 'FlowLogFlowEvent' },
      flowRecords: {
        flows: [
          {
            flowGroups: [
              { rule: 'Out', flowTuples: ['1773129600000,10.20.0.7,203.0.113.9,50311,443,6,O,E,NX,40,51200,30,2400'] },
            ],
          },
        ],
      },
    },
  ]),
  'eve in syslog': ndjson([flowRecord(), httpRecord()]).replace(/^(?=.)/gm, 'Mar 10 08:15:30 relay suricata[7]: '),
  'eve in an answer of Splunk': ndjson([{ preview: false, result: { _raw: JSON.stringify(flowRecord()) } }]),
  'zeek with a line of names alone': `ts\tuid\t${Object.keys(counted).join('\t')}\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tconn_state
1773130530.25\tC\t${Object.values(counted).join('\t')}\t10.0.0.5\t50001\t203.0.113.9\t443\tSF\n`,
  'zeek with nested ids': ndjson([
    {
      ts: 1773130530.25,
      uid: 'C',
      id: { orig_h: '10.0.0.5', orig_p: 1, resp_h: '203.0.113.9' },
      ...counted,
      conn_state: 'SF',
    },
  ]),
  'a timeline of Defender': [
    'Event Time,Machine Id,Computer Name,Action Type,Remote IP,Remote Port,Local Port,Initiating Process Id,Report Id',
    '2026-03-10T08:15:30.123,d1,ws-1,ConnectionSuccess,203.0.113.9,443,50001,4711,17\n',
  ].join('\n'),
  // Without the sums at its end.
  nfdump: `${flowExamples.nfdump?.split('\nSummary')[0]}\n`,
  'weir ticks': ndjson([
    {
      ...{ Timestamp: 639_087_840_000_000_000, DeviceName: 'a', ActionType: 'ConnectionSuccess', RemoteUrl: '' },
      ...{
        Fusion: 'fused',
        FlowStart: 639_087_840_000_000_000,
        FlowEnd: 639_087_840_000_000_000,
        BytesSent: 5,
        BytesReceived: 6,
      },
    },
  ]),
};

const {
  netflow: _,
  'azure-flow': __,
  'mobile-threat-defence': ___,
  ...texts
} = {
  ...{ ...firstExamples, ...sensorExamples, ...endpointExamples, ...flowExamples },
  ...{ ...proxyExamples, ...normalExamples, ...mobileExamples, ...fuller },
};

const number = /(?<![\w.%/-]|(?<!"):)-?\d+(?:\.\d+)?(?![\w.:%/-])/g;

/** Each line with one of its numbers turned into an extreme one. */
function withExtremes(line: string): string[] {
  return [...line.matchAll(number)].flatMap(({ 0: found, index }) =>
    extremes.map((extreme) => line.slice(0, index) + extreme + line.slice(index + found.length)),
  );
}

describe('a number that nobody can have counted', () => {
  it.each(Object.entries(texts))(
    'costs no other record of its file, nor stops what comes after: %s',
    async (id, text) => {
      const lines = text.trimEnd().split('\n');
      const more = lines.flatMap((line) => (line.startsWith('#') ? [] : withExtremes(line)));
      const alone = await withFiles({ 'a.log': text }, async ({ inputs }) => inputs[0]?.rows ?? 0);
      expect(more.length > 0 || id === 'weir').toBe(true);
      await withFiles(
        { 'a.log': [...lines, ...more.map(() => lines.at(-1)), ...more, ''].join('\n') },
        async ({ inputs, lake }) => {
          expect(inputs.filter(({ format }) => format === null)).toEqual([]);
          expect(inputs[0]?.rows).toBeGreaterThanOrEqual(alone);
          expect(Object.keys(inputs[0]?.rejectsWhy ?? {}).filter((reason) => reason.includes('engine'))).toEqual([]);
          await fuse(lake, { catalogue });
          await lake.engine.rows('FROM "EgressDaily"');
        },
      );
    },
  );
});
