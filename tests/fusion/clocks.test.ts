import { describe, expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { event, flow, frames, fused, name, rowOf } from './fused.ts';

/** So many hours after 12 March 2026 began, as a row's datetime. */
const moment = (hours: number, seconds = 0) =>
  new Date(Date.parse('2026-03-12T00:00:00Z') + (hours * 3600 + seconds) * 1000).toISOString();

/** A connection's port and start in hours. */
type Made = readonly [port: number, hours: number];
const by = (hour: number, ports: readonly number[]): Made[] => ports.map((port) => [port, hour + (port % 50) / 60]);
const late = (made: readonly Made[], hours: number, facts: InlineRow = {}): InlineRow[] =>
  made.map(([LocalPort, at]) => event({ LocalPort, Timestamp: moment(at + hours, 0.2), ...facts }));
const seen = (made: readonly Made[], hours = 0): InlineRow[] =>
  made.map(([LocalPort, at]) => flow({ LocalPort, FlowStart: moment(at + hours), FlowEnd: moment(at + hours, 20) }));
const told = (made: readonly Made[], hours: number): InlineRow[] =>
  made.map(([LocalPort, at]) => frames({ LocalPort, FlowStart: moment(at + hours), FlowEnd: moment(at + hours, 20) }));

const day = by(10, [1, 2, 3, 4, 5]);
const evening = by(22, [6, 7]);

describe('the last hours of a day, which a clock that is ahead puts into the next one', () => {
  test('are of an endpoint matched by the clock of the day', async () => {
    const made = [...day, ...evening];
    const { rows, report } = await fused({ events: [late(made, 5)], flows: [seen(made)] });
    expect(rows.map(({ Fusion }) => Fusion)).toEqual(Array(7).fill('fused'));
    expect(report.clockOffsets).toEqual([
      { device: 'ws-1', day: '2026-03-12', seconds: 18_000.2, pairs: 5 },
      { device: 'ws-1', day: '2026-03-13', seconds: 18_000, pairs: 2 },
    ]);
    expect(report.notes.join(' ')).toContain(
      'The clock of ws-1 was 5 h ahead on 2026-03-12, and was taken to be so on 2026-03-13 beside, which told too little of it; its events',
    );
  });

  test('are of a sensor joined with what another saw, and no day is told on which it saw nothing', async () => {
    const made = [...day, ...evening];
    const { rows, report } = await fused({ flows: [[...seen(made), ...told(made, 5)]] });
    expect(rows).toHaveLength(7);
    expect(report.notes.join(' ')).toContain('5 h ahead on 2026-03-12, and was taken to be so on 2026-03-13 beside');
  });

  test('are of an endpoint sensor joined with what another told', async () => {
    const made = [...day, ...evening];
    const others = late(made, 5).map((row, n) => ({ ...row, EventId: `sysmon:${n}` }));
    const { rows, report } = await fused({ events: [[...late(made, 0), ...others]] });
    expect(rows).toHaveLength(7);
    expect(report.notes.join(' ')).toContain('5 h ahead on 2026-03-12, and was taken to be so on 2026-03-13 beside');
  });
});

describe('a day that tells too little of its clock', () => {
  test('keeps it as right where most of what it tells says so', async () => {
    const next = by(25, [6, 7]);
    const { rows, report } = await fused({
      events: [[...late(day, 5), ...late(next, 0)]],
      flows: [seen([...day, ...next])],
    });
    expect(report.clockOffsets.map(({ day }) => day)).toEqual(['2026-03-12']);
    expect(rows.filter(({ Fusion }) => Fusion === 'fused')).toHaveLength(7);
  });

  test('takes neither of two that say different things on either side of it', async () => {
    const next = by(58, [11, 12, 13]);
    const { report } = await fused({
      events: [[...late(day, 5), ...late(next, 0), ...late([[20, 30]], 0)]],
      flows: [seen([...day, ...next])],
    });
    expect(report.clockOffsets.map(({ day }) => day)).toEqual(['2026-03-12', '2026-03-14']);
  });

  test('takes none of a day farther away', async () => {
    const { report } = await fused({ events: [[...late(day, 5), ...late([[20, 50]], 0)]], flows: [seen(day)] });
    expect(report.clockOffsets.map(({ day }) => day)).toEqual(['2026-03-12']);
  });
});

test('a socket that is kept for several peers tells no clock', async () => {
  const kept = ['203.0.113.21', '203.0.113.22', '203.0.113.23'].map((RemoteIP) => ({
    ...{ Protocol: 'udp', LocalPort: 41_641, RemotePort: 3478, RemoteIP },
  }));
  const right = by(10, [6, 7]);
  const flows = [...seen(right), ...kept.map((ends) => flow({ ...ends, FlowStart: moment(9) }))];
  const polled = kept.map((ends) => event({ ...ends, Timestamp: moment(14, 0.3) }));
  const { rows, report } = await fused({ events: [[...late(right, 0), ...polled]], flows: [flows] });
  expect(report.clockOffsets).toEqual([]);
  expect(rows.filter(({ Fusion }) => Fusion === 'fused').map(({ LocalPort }) => LocalPort)).toEqual([6, 7]);
  // Sockets of their own do.
  const own = (rows: readonly InlineRow[]) =>
    rows.map((row, n) => (row.Protocol === 'udp' ? { ...row, LocalPort: 60_000 + n } : row));
  const told = await fused({ events: [own(polled)], flows: [own(flows.slice(2))] });
  expect(told.report.clockOffsets).toMatchObject([{ seconds: 18_000.3, pairs: 3 }]);
});

describe('a connection that only a sensor saw whose clock is wrong', () => {
  const alone: Made = [30, 11];
  const sent = { LocalPort: 30, RemoteIP: '203.0.113.77' };
  const mine = frames({ ...sent, FlowStart: moment(16), FlowEnd: moment(16, 20), BytesSent: 7000 });
  const flows = [...seen(day), ...told(day, 5), mine];

  test('is joined with the endpoint’s event, and keeps the time that was logged', async () => {
    const { rows } = await fused({ events: [[...late(day, 0), ...late([alone], 0, sent)]], flows: [flows] });
    expect(rows).toHaveLength(6);
    expect(rowOf(rows, mine)).toMatchObject({
      ...{ Fusion: 'fused', FusionRule: 'five-tuple', InitiatingProcessFileName: 'rclone.exe', BytesSent: 7000n },
      FlowStart: rowOf((await fused({ flows: [[mine]] })).rows, mine).FlowStart,
    });
  });

  test('does not tell what the clock of an endpoint is that never saw it otherwise', async () => {
    const made = [1, 2, 3].map((n): Made => [30 + n, 11]);
    const others = made.map(([LocalPort, at]) => frames({ LocalPort, FlowStart: moment(at + 5) }));
    const { report } = await fused({ events: [late(made, 0)], flows: [[...seen(day), ...told(day, 5), ...others]] });
    expect(report.clockOffsets.map(({ seconds }) => seconds)).toEqual([0.2]);
  });

  test.each([
    ['it', 16],
    ['another sensor', 11],
  ])('has the name that an answer gave which %s saw', async (_, hours) => {
    const answer = name({
      ...{ Kind: 'dns', Host: 'files.example.com', ServerIP: '203.0.113.77', ClientIP: '10.0.0.5', TtlSeconds: 60 },
      Timestamp: moment(hours, -2),
    });
    const { rows } = await fused({ flows: [flows], names: [[answer]] });
    expect(rowOf(rows, mine)).toMatchObject({ RemoteHost: 'files.example.com', RemoteHostSource: 'dns' });
  });
});

describe('two sensors whose clocks are hours apart', () => {
  const shared = day;
  const alone: Made[] = [
    [30, 11],
    [31, 12],
  ];
  const only = { RemoteIP: '203.0.113.77', DeviceName: 'srv-b', LocalIP: '10.0.1.7' };
  const upload = ([LocalPort, hours]: Made) =>
    frames({ LocalPort, RemoteIP: only.RemoteIP, LocalIP: only.LocalIP, FlowStart: moment(hours), BytesSent: 3e8 });
  const uploads = alone.map(upload);
  const flowsOf = (hours: number) => [...seen(shared, hours), ...told(shared, 0), ...uploads];

  test.each([5, -9])(
    'are on that with which the endpoints agree: the best counter %i h off moves nobody',
    async (off) => {
      const { rows, report } = await fused({ events: [late(alone, 0, only)], flows: [flowsOf(off)] });
      expect(rows).toHaveLength(7);
      for (const sent of uploads)
        expect(rowOf(rows, sent)).toMatchObject({ FusionRule: 'five-tuple', InitiatingProcessFileName: 'rclone.exe' });
      const notes = report.notes.join(' ');
      expect(notes).toContain(`The clock of the sensor zeek was ${Math.abs(off)} h ${off > 0 ? 'ahead' : 'behind'}`);
      expect(notes).not.toContain('edge suricata was');
      expect(notes).not.toContain('No endpoint told');
      expect(notes).not.toContain('do not overlap');
    },
  );

  test('are in the last hours of its day, too, which the wrong one puts into the next', async () => {
    const all = [...shared, ...evening];
    const mine: Made = [32, 22.5];
    const zeeks = seen([mine], 5).map((row) => ({ ...row, LocalIP: only.LocalIP, RemoteIP: only.RemoteIP }));
    const { rows } = await fused({
      events: [late([...alone.slice(1), mine], 0, only)],
      flows: [[...seen(all, 5), ...told(all, 0), ...uploads.slice(1), ...zeeks]],
    });
    expect(rows.filter(({ FusionRule }) => FusionRule === 'five-tuple')).toHaveLength(2);
  });

  test('leave a third that only the best counter knows where it belongs', async () => {
    const core = by(14, [11, 12, 13, 14]);
    const mine = {
      ...upload([33, 13]),
      EventId: 'suricata:third',
      FlowId: 'third',
      Sensor: 'core',
      FlowStart: moment(11),
    };
    const third = told(core, -2).map((row) => ({ ...row, Sensor: 'core' }));
    const { rows, report } = await fused({
      events: [late([...alone, [33, 13]], 0, only)],
      flows: [[...flowsOf(5), ...seen(core, 5), ...third, mine]],
    });
    expect(rowOf(rows, mine).FusionRule).toBe('five-tuple');
    expect(report.notes.join(' ')).toContain('The clock of the sensor core suricata was 2 h behind');
  });

  test('are on the best counter’s where no endpoint tells, and the note says that', async () => {
    const { report } = await fused({ flows: [flowsOf(5)] });
    expect(report.notes.join(' ')).toContain('The clock of the sensor edge suricata was 5 h behind on 2026-03-12');
    expect(report.notes.join(' ')).toContain(
      'No endpoint told which of the sensors’ clocks is right on a day: that of the sensor zeek was taken, whose rows stay.',
    );
  });

  test('do not part what a device and a sensor logged at one moment, where nothing else tells the clock of that device', async () => {
    // Three laptops’ connections speak for Zeek, which two of a server do not outweigh.
    const laptop = late(shared, 0);
    const { rows, report } = await fused({
      events: [[...laptop, ...late(alone, 5, only)]],
      flows: [[...seen(shared), ...told(shared, 5), ...alone.map(([port, at]) => upload([port, at + 5]))]],
    });
    const sent = rows.filter(({ LocalIP }) => LocalIP === only.LocalIP);
    expect(sent.map(({ Fusion, FusionRule }) => [Fusion, FusionRule])).toEqual(
      alone.map(() => ['fused', 'five-tuple-other-clock']),
    );
    for (const { FusionConfidence } of sent) expect(FusionConfidence).toBeCloseTo(0.665);
    const notes = report.notes.join(' ');
    expect(notes).toContain('The clock of the sensor edge suricata was 5 h ahead');
    expect(notes).toContain('2 of the connections were found by the times that were logged');
    expect(notes).not.toContain('set during a day');
  });
});

describe('a clock that was set during the day', () => {
  const before = by(9, [1, 2, 3, 4]);
  const after = by(15, [41, 42, 43]);
  const curl = { InitiatingProcessFileName: 'curl.exe' };
  const rules = (rows: Awaited<ReturnType<typeof fused>>['rows']) =>
    rows.map((row) => `${row.LocalPort} ${row.FusionRule}`).toSorted();
  const both = [
    ...before.map(([port]) => `${port} five-tuple`),
    ...after.map(([port]) => `${port} five-tuple-other-clock`),
  ];

  test.each([
    ['set right', 3, 0],
    ['set wrong', 0, 3],
    ['set from one wrong time to another', 3, -4],
  ])('and %s tells both groups’ connections, those of the smaller one with less confidence', async (_, first, then) => {
    const events = [...late(before, first), ...late(after, then, curl)];
    const { rows, report } = await fused({ events: [events], flows: [seen([...before, ...after])] });
    expect(rules(rows)).toEqual(both);
    for (const { FusionRule, FusionConfidence, InitiatingProcessFileName } of rows)
      if (FusionRule === 'five-tuple-other-clock') {
        expect(FusionConfidence).toBeCloseTo(0.665);
        expect(InitiatingProcessFileName).toBe('curl.exe');
      }
    expect(report.notes.join(' ')).toContain('3 of the connections were found by another clock than that of their day');
  });

  test('is not known by three of many, which are as far apart by accident', async () => {
    const many: Made[] = Array.from({ length: 30 }, (_, n) => [100 + n, 9 + n / 60]);
    const single = [-7, 5, 9, 13].map((off, n) => ({ off, made: [[200 + n, 12]] as Made[] }));
    const events = [
      late(many, 0),
      late(after, 3, curl),
      ...single.map(({ off, made }) => late(made, off, curl)),
    ].flat();
    const flows = [...many, ...after, ...single.flatMap(({ made }) => made)];
    const { rows } = await fused({ events: [events], flows: [seen(flows)] });
    expect(rules(rows).filter((rule) => rule.endsWith('clock'))).toEqual([]);
    expect(rows).toHaveLength(44);
  });

  test('tells single connections by the time that was logged, and by the clock of the day before', async () => {
    const next = by(32, [21, 22, 23]);
    const made: Made[] = [
      [48, 15],
      [49, 26],
    ];
    const events = [...late(before, 3), ...late([[48, 15]], 0), ...late(next, 0), ...late([[49, 26]], 3)];
    const { rows } = await fused({ events: [events], flows: [seen([...before, ...next, ...made])] });
    expect(rules(rows).filter((rule) => rule.endsWith('clock'))).toEqual(
      [48, 49].map((port) => `${port} five-tuple-other-clock`),
    );
  });

  test('leaves apart what several may be meant by', async () => {
    const events = [
      ...late(before, 3),
      ...late([[48, 15]], 0),
      ...late([[48, 15]], 0, { ...curl, Timestamp: moment(15, 1) }),
    ];
    const { rows } = await fused({ events: [events], flows: [seen([...before, [48, 15]])] });
    expect(rules(rows).filter((rule) => rule.endsWith('clock'))).toEqual([]);
    expect(rows).toHaveLength(7);
  });
});
