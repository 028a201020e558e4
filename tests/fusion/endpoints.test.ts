import { describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, type FusedRow, flow, frames, fused, only, rowOf } from './fused.ts';

let serial = 0;

/** What Sysmon tells of the connection that `event` tells by default: no command line, no URL. */
function sysmon(facts: Row = {}): Row {
  serial += 1;
  return event({
    EventId: `sysmon:${String(serial).padStart(6, '0')}`,
    Timestamp: at('10:00:00.3'),
    InitiatingProcessUniqueId: '{guid}',
    ...facts,
  });
}

/** What Defender tells: more of the process. */
function defender(facts: Row = {}): Row {
  return event({ InitiatingProcessCommandLine: 'rclone copy', InitiatingProcessSHA256: 'ab', ReportId: 7, ...facts });
}

const both = async (events: readonly Row[], flows: readonly Row[] = []): Promise<FusedRow[]> =>
  (await fused({ events: [[...events]], ...(flows.length > 0 ? { flows: [[...flows]] } : {}) })).rows;

const twins = ({ OtherEndpointEventIds }: FusedRow): unknown =>
  OtherEndpointEventIds === null ? null : JSON.parse(String(OtherEndpointEventIds));

describe('a connection that two endpoint sensors told', () => {
  test('is one row with what either knows, and both their ids', async () => {
    const [mde, other] = [
      defender({ DeviceId: 'd1', RemoteUrl: '', InitiatingProcessAccountName: '' }),
      sysmon({ RemoteUrl: 'https://seen.example.com/', InitiatingProcessParentFileName: 'cmd.exe' }),
    ];
    const row = only(await both([mde, other]));
    expect(row).toMatchObject({
      Fusion: 'endpoint',
      EventId: mde.EventId,
      EndpointEventId: mde.EventId,
      DeviceId: 'd1',
      InitiatingProcessCommandLine: 'rclone copy',
      InitiatingProcessSHA256: 'ab',
      InitiatingProcessUniqueId: '{guid}',
      InitiatingProcessParentFileName: 'cmd.exe',
      AccountName: 'a.berg',
      RemoteUrl: 'https://seen.example.com/',
      RemoteHost: 'seen.example.com',
      BytesSent: null,
    });
    expect(twins(row)).toEqual([other.EventId]);
  });

  test('and a sensor saw has process, bytes and host', async () => {
    const [mde, other, seen] = [defender(), sysmon(), flow({ FlowStart: at('10:00:00.1') })];
    const row = only(await both([mde, other], [seen]));
    expect(row).toMatchObject({
      Fusion: 'fused',
      FusionRule: 'five-tuple',
      EventId: seen.EventId,
      EndpointEventId: mde.EventId,
      InitiatingProcessCommandLine: 'rclone copy',
      BytesSent: 1000n,
      OtherFlows: null,
    });
    expect(row.FusionConfidence).toBeGreaterThanOrEqual(0.9);
    expect(twins(row)).toEqual([other.EventId]);
  });

  test('is one for two sensors on the wire as well', async () => {
    const events = [defender(), sysmon()];
    const row = only(await both(events, [flow(), frames({ BytesSent: 5 })]));
    expect(twins(row)).toEqual([events[1]?.EventId]);
    expect(JSON.parse(String(row.OtherFlows))).toHaveLength(1);
  });

  test('stays with the sensor that knows more of the process, whichever that is', async () => {
    const poor = event({ InitiatingProcessAccountName: '' });
    const rich = sysmon({ InitiatingProcessFolderPath: 'C:\\Tools\\rclone.exe', InitiatingProcessId: 77 });
    expect(only(await both([poor, rich]))).toMatchObject({ EndpointEventId: rich.EventId, ReportId: null });
  });

  test('has the catalogue’s word on the program that both together tell', async () => {
    const renamed = defender({ InitiatingProcessFileName: 'svc.exe', InitiatingProcessId: 3 });
    const version = { InitiatingProcessVersionInfoOriginalFileName: 'rclone.exe' };
    const other = sysmon({ InitiatingProcessFileName: 'SVC.EXE', InitiatingProcessId: 3, ...version });
    const alone = only(await both([{ ...renamed, ...version }]));
    expect(alone).toMatchObject({ Program: expect.stringMatching(/rclone/i), ProgramRenamed: true });
    const { Program, ProgramKind, ProgramPlace, ProgramRenamed } = alone;
    expect(only(await both([renamed, other]))).toMatchObject({ Program, ProgramKind, ProgramPlace, ProgramRenamed });
  });

  test('states the outcome and the bytes that either knows', async () => {
    const asked = defender({ ActionType: 'ConnectionRequest' });
    const counted = sysmon({ EventId: 'elastic:1', BytesSent: 700, BytesReceived: 30, FlowEnd: at('10:00:09') });
    const row = only(await both([asked, counted]));
    expect(row).toMatchObject({ ActionType: 'ConnectionSuccess', BytesSent: 700n, BytesReceived: 30n });
    expect(row).toMatchObject({ BytesSource: 'endpoint', OtherFlows: null, EvidenceTime: row.FlowEnd });
    const beside = only(await both([asked, counted], [flow()]));
    expect(JSON.parse(String(beside.OtherFlows))).toEqual([
      { id: 'elastic:1', source: 'endpoint', sent: 700, received: 30 },
    ]);
    const more = only(await both([{ ...asked, BytesSent: 900 }, counted]));
    expect(more).toMatchObject({ BytesSent: 900n, BytesReceived: 30n });
    expect(JSON.parse(String(more.OtherFlows)).map(({ id }: { id: string }) => id)).toEqual([
      'elastic:1',
      asked.EventId,
    ]);
  });

  test('is one row of three as well', async () => {
    const events = [
      defender({ InitiatingProcessFileName: '' }),
      sysmon({ InitiatingProcessId: 5 }),
      sysmon({ EventId: 'elastic:2', InitiatingProcessId: 5, InitiatingProcessParentFileName: 'cmd.exe' }),
      sysmon({ EventId: 'ocsf:3', InitiatingProcessId: 6 }),
    ];
    const rows = await both(events);
    expect(rows).toHaveLength(2);
    expect(rowOf(rows, { EventId: 'ocsf:3' })).toMatchObject({ OtherEndpointEventIds: null });
    const row = only(rows.filter((row) => row.OtherEndpointEventIds !== null));
    expect(row).toMatchObject({
      InitiatingProcessFileName: 'rclone.exe',
      InitiatingProcessId: 5n,
      InitiatingProcessCommandLine: 'rclone copy',
      InitiatingProcessParentFileName: 'cmd.exe',
    });
    expect(twins(row)).toHaveLength(2);
  });
});

describe('a device', () => {
  test.each([
    ['in other letters', 'WS-1', {}],
    ['with its domain', 'ws-1.corp.example', {}],
    ['by its id alone', '', { DeviceId: 'D1' }],
  ])('named %s is the same', async (_, DeviceName, facts) => {
    const mde = [defender({ DeviceId: 'd1' })];
    expect(await both([...mde, sysmon({ DeviceName, ...facts })])).toHaveLength(1);
  });

  test('is the same by its id alone where its name has two spellings', async () => {
    const short = defender({ DeviceId: 'd1' });
    const full = defender({ DeviceName: 'ws-1.corp.example', DeviceId: 'd1', LocalPort: 1 });
    expect(await both([short, full, sysmon({ DeviceName: '', DeviceId: 'D1' })])).toHaveLength(2);
  });

  test('of another domain is another, and a short name that two may have is neither', async () => {
    const [north, south] = [{ DeviceName: 'ws-1.north.example' }, { DeviceName: 'ws-1.south.example' }];
    expect(await both([defender(north), sysmon(south)])).toHaveLength(2);
    expect(await both([defender(north), defender({ ...south, LocalPort: 1 }), sysmon()])).toHaveLength(3);
  });

  test('holds its address under each of its names', async () => {
    const seen = flow({ LocalPort: 1, FlowStart: at('10:10:00'), RemoteIP: '203.0.113.77' });
    const rows = await both([defender({ DeviceName: 'ws-1.corp.example' }), sysmon({ LocalPort: 2 })], [seen]);
    expect(rowOf(rows, seen)).toMatchObject({ DeviceName: 'ws-1.corp.example' });
  });
});

describe('two events stay two rows', () => {
  test.each([
    ['of processes with other numbers', { InitiatingProcessId: 1 }, { InitiatingProcessId: 2 }],
    ['of processes with other names', {}, { InitiatingProcessFileName: 'curl.exe' }],
    ['of another remote port', {}, { RemotePort: 80 }],
    ['of another local port', {}, { LocalPort: 50_001 }],
    ['of another remote address', {}, { RemoteIP: '203.0.113.11' }],
    ['of another local address', {}, { LocalIP: '10.0.0.6' }],
    ['of another protocol', {}, { Protocol: 'Udp' }],
    ['of another device', {}, { DeviceName: 'ws-2' }],
    ['of another site', {}, { Site: 'north' }],
    ['that began too far apart', {}, { Timestamp: at('10:00:06') }],
    ['of which one failed', {}, { ActionType: 'ConnectionFailed' }],
    ['of which one is a report of many', {}, { ActionType: 'ConnectionSuccessAggregatedReport' }],
    ['of one sensor', {}, { EventId: 'mde:other' }],
  ])('%s', async (_, mine, theirs) => {
    const rows = await both([defender(mine), sysmon(theirs)]);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.OtherEndpointEventIds).toBe(null);
  });
});

test('the number tells a process where the sensors name it differently', async () => {
  const kernel = defender({ InitiatingProcessFileName: 'ntoskrnl.exe', InitiatingProcessId: 4 });
  const rows = await both([kernel, sysmon({ InitiatingProcessFileName: 'System', InitiatingProcessId: 4 })]);
  expect(only(rows)).toMatchObject({ InitiatingProcessFileName: 'ntoskrnl.exe' });
});

describe('connections of the same ends', () => {
  const pairsOf = (rows: readonly FusedRow[]) => rows.map((row) => [row.EventId, twins(row)]);

  test('are paired in their order, one to one', async () => {
    const mine = ['10:00:00', '10:00:03', '10:20:00'].map((time) => defender({ Timestamp: at(time) }));
    const theirs = ['10:00:02', '10:00:05', '10:20:02'].map((time) => sysmon({ Timestamp: at(time) }));
    const rows = await both([...theirs, ...mine]);
    expect(pairsOf(rows)).toEqual(mine.map(({ EventId }, n) => [EventId, [theirs[n]?.EventId]]));
  });

  test('of which one sensor missed some are paired with the nearest', async () => {
    const mine = ['10:00:00', '10:00:04', '10:00:08'].map((time) => defender({ Timestamp: at(time) }));
    const rows = await both([...mine, sysmon({ EventId: 'sysmon:x', Timestamp: at('10:00:05') })]);
    expect(pairsOf(rows)).toEqual(mine.map(({ EventId }, n) => [EventId, n === 1 ? ['sysmon:x'] : null]));
  });

  test('stay apart where two are equally near', async () => {
    const mine = ['10:00:00', '10:00:04'].map((time) => defender({ Timestamp: at(time) }));
    expect(await both([...mine, sysmon({ Timestamp: at('10:00:02') })])).toHaveLength(3);
  });

  test('of several processes go to their own', async () => {
    const many = { Protocol: 'Udp', LocalPort: 5353, RemoteIP: '224.0.0.251', RemotePort: 5353 };
    const of = (InitiatingProcessId: number, time: string) => ({ ...many, InitiatingProcessId, Timestamp: at(time) });
    const mine = [defender(of(1, '10:00:00')), defender(of(2, '10:00:01'))];
    const theirs = [sysmon(of(2, '10:00:00.2')), sysmon(of(1, '10:00:01.2'))];
    const rows = await both([...mine, ...theirs]);
    expect(pairsOf(rows)).toEqual(mine.map(({ EventId }, n) => [EventId, [theirs[1 - n]?.EventId]]));
  });

  test('met under way do not take the place of their beginning', async () => {
    const begun = defender({ Timestamp: at('10:00:02') });
    const found = defender({ ActionType: 'ConnectionFound', Timestamp: at('10:00:00.4') });
    const rows = await both([begun, found, sysmon({ EventId: 'sysmon:y' })]);
    expect(twins(rowOf(rows, begun))).toEqual(['sysmon:y']);
  });
});

describe('an event without its local port', () => {
  test('is joined where nothing else can be meant, and learns the port', async () => {
    const whole = sysmon();
    const row = only(await both([defender({ LocalPort: null }), whole]));
    expect(row).toMatchObject({
      LocalPort: 50_000,
      EventId: whole.EventId,
      InitiatingProcessCommandLine: 'rclone copy',
    });
  });

  test('stays apart where two may be meant', async () => {
    const others = [sysmon(), sysmon({ LocalPort: 50_001, Timestamp: at('10:01:00') })];
    expect(await both([defender({ LocalPort: 0 }), ...others])).toHaveLength(3);
    expect(
      await both([defender({ LocalPort: null }), defender({ LocalPort: null, Timestamp: at('10:01:00') }), sysmon()]),
    ).toHaveLength(3);
  });

  test('stays apart where its own sensor told the other too', async () => {
    const rows = await both([defender({ LocalPort: null, Timestamp: at('09:00:00') }), defender(), sysmon()]);
    expect(rows).toHaveLength(2);
  });
});

test('one sensor’s clock that is hours off is found from the connections', async () => {
  const times = ['00', '05', '11', '23'];
  const ends = (n: number) => ({ LocalPort: 50_000 + n });
  const mine = times.map((minute, n) => defender({ ...ends(n), Timestamp: at(`10:${minute}:00`) }));
  const theirs = times.map((minute, n) => sysmon({ ...ends(n), Timestamp: at(`15:${minute}:00.5`) }));
  const alone = sysmon({ LocalPort: 51_000, Timestamp: at('15:30:00') });
  const seen = flow({ LocalPort: 51_000, FlowStart: at('10:29:59.5') });
  const { rows, report } = await fused({ events: [[...mine, ...theirs, alone]], flows: [[seen]] });
  expect(rows).toHaveLength(5);
  expect(rowOf(rows, seen)).toMatchObject({ EndpointEventId: alone.EventId });
  expect(report.notes.join(' ')).toContain('The clock of ws-1 as sysmon writes it was 5 h ahead on 2026-03-12');
  expect(report.notes.join(' ')).toContain('Several endpoint sensors told 4 of the connections');
});

test('events that a finished row is made of are not taken again', async () => {
  const events = [defender(), sysmon()];
  const [EventId, other] = events.map(({ EventId }) => EventId as string);
  const finished = {
    EventId,
    EndpointEventId: EventId,
    Timestamp: at('10:00:00'),
    Fusion: 'endpoint',
    OtherEndpointEventIds: [other],
  };
  expect((await fused({ events: [events], finished: [[finished as Row]] })).rows).toHaveLength(1);
});
