import fc from 'fast-check';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { at } from './fused.ts';

/** A small world, so that flows and events meet, compete and miss each other: a few connections' ends and moments. Few
 *  but full worlds: what a run costs hardly hangs on its rows. */
const moment = fc
  .constantFrom(
    '08:00:00',
    '08:00:00',
    '08:00:00',
    '08:00:00',
    '08:00:01',
    '08:00:40',
    '08:30:00',
    '09:00:02',
    '09:30:00',
  )
  .map(at);
const ends = fc.record({
  Protocol: fc.constantFrom('Tcp', 'udp', ''),
  LocalIP: fc.constantFrom('10.0.0.5', '10.0.0.6', '::ffff:10.0.0.5'),
  LocalPort: fc.constantFrom(50_000, 50_001),
  RemoteIP: fc.constantFrom('203.0.113.1', '149.154.167.99', '10.0.0.6'),
  RemotePort: fc.constantFrom(443, 50_000),
});
const bytes = fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 3 });
const site = fc.nat(1);

const flowRow = fc.record({
  place: fc.nat(2),
  FlowStart: moment,
  BytesSent: bytes,
  BytesReceived: bytes,
  Outcome: fc.constantFrom('established', 'established', 'established', 'failed', 'unknown'),
  Direction: fc.constantFrom('outbound', 'outbound', 'inbound', 'internal'),
  AppProtocol: fc.constantFrom('', '', 'ssl', 'mega-uploading', 'boxnet-uploading'),
  Site: site,
});
const eventRow = fc.record({
  place: fc.nat(2),
  nameless: fc.constantFrom('', '', '', 'LocalPort', 'LocalIP'),
  Timestamp: moment,
  ActionType: fc.constantFrom(
    'ConnectionSuccess',
    'ConnectionSuccess',
    'ConnectionSuccess',
    'ConnectionSuccess',
    'ConnectionFailed',
    'ConnectionRequest',
    'ConnectionFound',
    'InboundConnectionAccepted',
    'ConnectionSuccessAggregatedReport',
    'SslConnectionInspected',
    'ListeningConnectionCreated',
  ),
  DeviceName: fc.constantFrom('ws-1', 'WS-1', 'ws-2', ''),
  InitiatingProcessFileName: fc.constantFrom('rclone.exe', 'chrome.exe', ''),
  RemoteUrl: fc.constantFrom('', '', 'https://a.example.com/', '203.0.113.1'),
  Site: site,
});
const nameRow = fc.record({
  place: fc.nat(2),
  Kind: fc.constantFrom('tls', 'http', 'proxy', 'dns'),
  of: fc.integer({ min: -3, max: 8 }),
  Timestamp: moment,
  Host: fc.constantFrom('a.example.com', 'b.example.com'),
  TtlSeconds: fc.constantFrom(60, 60, null, 4000),
  Site: site,
});

export interface World {
  readonly events: readonly InlineRow[];
  readonly flows: readonly InlineRow[];
  readonly names: readonly InlineRow[];
  readonly bodies?: readonly InlineRow[];
}

/** The same world as more sensors see it: flows are Zeek's, a second sensor's, parts of a flow log or a proxy's records,
 *  some last, bodies pass in some, some endpoints count themselves, and other endpoint sensors tell some events too. */
export const crowded = (of: fc.Arbitrary<World>): fc.Arbitrary<World> =>
  fc
    .record({
      world: of,
      tellers: fc.array(fc.constantFrom('zeek', 'zeek', 'suricata', 'nfdump', 'vpc', 'vpc', 'squid'), {
        minLength: 40,
        maxLength: 40,
      }),
      lasting: fc.array(fc.constantFrom('08:00:00', '08:00:20', '08:40:00', '10:00:00'), {
        minLength: 40,
        maxLength: 40,
      }),
      bodies: fc.array(fc.record({ of: fc.nat(39), BodyId: fc.constantFrom('', 'a', 'b'), SentByClient: bytes }), {
        maxLength: 10,
      }),
      counted: bytes,
      twins: fc.array(
        fc.record({
          of: fc.nat(39),
          teller: fc.constantFrom('sysmon', 'sysmon', 'elastic'),
          late: fc.constantFrom(0, 0, 1, 3, 6),
          lacks: fc.constantFrom('', 'LocalPort', 'InitiatingProcessFileName', 'DeviceName'),
          pid: fc.constantFrom(null, 7, 8),
        }),
        { minLength: 10, maxLength: 30, size: 'max' },
      ),
    })
    .map(({ world, tellers, lasting, bodies, counted, twins }) => {
      const flows = world.flows.map((flow, n) => {
        const teller = tellers[n] ?? 'zeek';
        const FlowEnd = at(lasting[n] ?? '08:00:00');
        return {
          ...flow,
          EventId: `${teller}:C${n}`,
          FlowEnd: FlowEnd > String(flow.FlowStart) ? FlowEnd : (flow.FlowStart ?? null),
          BytesSource: `${teller}-${counts[teller] ?? 'ip'}`,
          Sensor: teller === 'suricata' ? 'edge' : '',
          ...(teller === 'nfdump' || teller === 'vpc' ? { IsPart: true } : {}),
          ...(teller === 'vpc' && n % 3 === 0 ? { ThroughIP: '10.0.0.6' } : {}),
          ...(teller === 'squid' ? { RemoteIP: '', LocalPort: n % 2 ? (flow.LocalPort ?? null) : null } : {}),
        };
      });
      const records = flows
        .filter(({ EventId }) => EventId.startsWith('squid:'))
        .map((flow) => ({ ...said(flow), Kind: 'proxy', Host: 'a.example.com', ServerIP: '', ServerPort: null }));
      return {
        flows,
        names: [...world.names, ...records],
        events: [
          ...world.events.map((event, n) => ({ ...event, ...(n % 4 === 0 ? { BytesSent: counted } : {}) })),
          ...twins.flatMap(({ of, teller, late, lacks, pid }, n) => {
            const event = world.events[of % world.events.length];
            const told = new Date(Date.parse(String(event?.Timestamp)) + late * 1000).toISOString();
            const twin = {
              ...event,
              EventId: `${teller}:${n}`,
              Timestamp: told,
              InitiatingProcessId: pid,
              BytesSent: counted,
            };
            return lacks === '' ? [twin] : [{ ...twin, [lacks]: lacks === 'LocalPort' ? null : '' }];
          }),
        ],
        bodies: bodies.flatMap(({ of, ...body }) => {
          const flow = flows[of % flows.length];
          return flow === undefined ? [] : [{ ...said(flow), ...(of % 2 ? { FlowId: '' } : {}), ...body }];
        }),
      };
    });

const counts: Record<string, string> = { zeek: 'payload', suricata: 'frame', squid: 'http' };

/** What is seen inside a flow has of it. */
const said = (flow: InlineRow) => ({
  FlowId: flow.FlowId ?? null,
  Sensor: flow.Sensor ?? '',
  Site: flow.Site ?? '',
  Timestamp: flow.FlowStart ?? null,
  ClientIP: flow.LocalIP ?? '',
  ClientPort: flow.LocalPort ?? null,
  ServerIP: flow.RemoteIP ?? '',
  ServerPort: flow.RemotePort ?? null,
});

export const world: fc.Arbitrary<World> = fc
  .record({
    places: fc.tuple(ends, ends, ends),
    sites: fc.constantFrom(['', ''], ['', ''], ['north', 'north'], ['', 'north'], ['north', 'south']),
    flows: fc.array(flowRow, { minLength: 10, maxLength: 40, size: 'max' }),
    events: fc.array(eventRow, { minLength: 10, maxLength: 40, size: 'max' }),
    names: fc.array(nameRow, { maxLength: 16, size: 'max' }),
  })
  .map(({ places, sites, flows, events, names }) => ({
    flows: flows.map(({ place, ...facts }, n) => ({
      EventId: `zeek:C${n}`,
      FlowId: `C${n}`,
      FlowEnd: facts.FlowStart,
      Timestamp: facts.FlowStart,
      ...places[place],
      ...facts,
      State: facts.Outcome === 'unknown' ? 'OTH' : '',
      Site: sites[facts.Site] ?? '',
    })),
    events: events.map(({ place, nameless, ...facts }, n) => ({
      EventId: `mde:${n}`,
      ...places[place],
      ...facts,
      Site: sites[facts.Site] ?? '',
      InitiatingProcessAccountName: facts.InitiatingProcessFileName === '' ? '' : 'a.berg',
      ...(nameless === 'LocalIP' ? { LocalIP: '' } : {}),
      ...(nameless === 'LocalPort' || facts.ActionType.endsWith('Report') ? { LocalPort: null } : {}),
      ...(facts.ActionType.startsWith('Listening') ? { RemoteIP: '', RemotePort: null } : {}),
      ...(facts.ActionType.endsWith('Report') ? { AdditionalFields: { uniqueEventsAggregated: 2 } } : {}),
      ...(facts.ActionType.startsWith('Ssl')
        ? { AdditionalFields: { direction: 'Out', server_name: 'a.example.com' } }
        : {}),
    })),
    names: names.map(({ place, of, ...facts }) => ({
      FlowId: of >= 0 ? `C${of}` : '',
      ClientIP: places[place]?.LocalIP ?? '',
      ClientPort: places[place]?.LocalPort ?? null,
      ServerIP: places[place]?.RemoteIP ?? '',
      ServerPort: places[place]?.RemotePort ?? null,
      ...(facts.Kind === 'http' ? { BytesSent: of < 0 ? null : of * 300 } : {}),
      ...facts,
      Site: sites[facts.Site] ?? '',
    })),
  }));
