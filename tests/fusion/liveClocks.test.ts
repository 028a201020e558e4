import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { endpointConnections, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { dealing, sameAsBatch } from './dealing.ts';
import { batched, Living, type Told } from './living.ts';

const start = Date.parse('2026-03-12T00:00:00Z');
const hour = 3_600_000;
/** A moment so many hours after the first day began, as a row's datetime. */
const moment = (hours: number, seconds = 0) => new Date(start + hours * hour + seconds * 1000).toISOString();

interface DayOfDevice extends Readonly<Record<'day' | 'device' | 'ahead' | 'written' | 'sensed', number>> {
  /** By how much the other network sensor's clock is ahead. */
  readonly zeek?: number;
  readonly fromNoon?: number | undefined;
  readonly connections: readonly (Readonly<Record<'hour' | 'second' | 'server' | 'hours', number>> & {
    readonly told: 'both' | 'endpoint' | 'sensor' | 'report';
    readonly twice: boolean;
    readonly seen: 'once' | 'twice';
    readonly port: 'own' | 'shared';
  })[];
}

/** One day of one device: its connections, each on a port of its own, and by how many hours its clock is ahead, and from noon on
 *  where it is set then, one of its sensors writes another time, and each of two network sensors does. */
const dayOfDevice: fc.Arbitrary<DayOfDevice> = fc.record({
  day: fc.constantFrom(0, 1, 2, 5),
  device: fc.constantFrom(1, 2),
  ahead: fc.constantFrom(0, 0, 5, -9, 13),
  fromNoon: fc.constantFrom(undefined, undefined, undefined, 0, 3),
  written: fc.constantFrom(0, 0, 5),
  sensed: fc.constantFrom(0, 0, 2),
  zeek: fc.constantFrom(0, 0, 0, 5, -9),
  connections: fc.array(
    fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      second: fc.constantFrom(0, 0, 1, 100),
      server: fc.constantFrom(1, 2),
      hours: fc.constantFrom(0, 0, 0, 0.5, 3),
      told: fc.constantFrom('both', 'both', 'both', 'both', 'endpoint', 'sensor', 'report'),
      twice: fc.boolean(),
      seen: fc.constantFrom('once', 'twice'),
      port: fc.constantFrom('own', 'own', 'own', 'shared'),
    }),
    { minLength: 4, maxLength: 10, size: 'max' },
  ),
});

function rowsOf(of: readonly DayOfDevice[]): Told[] {
  const clocks = new Map<string, Pick<DayOfDevice, 'ahead' | 'fromNoon'>>();
  return of.flatMap(({ day, device, connections, ...wrong }, nth) => {
    const key = `${day} ${device}`;
    // A device has one clock a day.
    const { ahead, fromNoon } = clocks.get(key) ?? wrong;
    clocks.set(key, { ahead, fromNoon });
    return connections.flatMap(({ hour, second, server, hours, told, twice, seen, port }, n): Told[] => {
      const id = `${nth}-${n}`;
      const at = day * 24 + hour;
      const ends: InlineRow = {
        Protocol: 'tcp',
        LocalIP: `10.0.0.${device}`,
        LocalPort: port === 'own' ? 40_000 + nth * 100 + n : 50_000,
        RemoteIP: `203.0.113.${server}`,
        RemotePort: 443,
      };
      const flow = (sensor: string, shift: number, counted: string): Told => [
        networkFlows,
        {
          ...ends,
          EventId: `${sensor}:${id}`,
          FlowId: `${sensor}${id}`,
          ...(sensor === 'suricata' ? { Sensor: 'edge' } : {}),
          Timestamp: moment(at + shift),
          FlowStart: moment(at + shift),
          FlowEnd: moment(at + shift + hours),
          Outcome: 'established',
          Direction: 'outbound',
          BytesSent: 100 + n,
          BytesSource: counted,
        },
      ];
      const event = (teller: string, shift: number, more: InlineRow = {}): Told => [
        endpointConnections,
        {
          ...ends,
          EventId: `${teller}:${id}`,
          Timestamp: moment(at + shift, second),
          DeviceName: `ws-${device}`,
          ActionType: 'ConnectionSuccess',
          InitiatingProcessFileName: 'rclone.exe',
          ...more,
        },
      ];
      const shift = hour < 12 ? ahead : (fromNoon ?? ahead);
      const report = {
        ActionType: 'ConnectionSuccessAggregatedReport',
        LocalPort: null,
        AdditionalFields: { uniqueEventsAggregated: 2 },
      };
      return [
        ...(told === 'endpoint' ? [] : [flow('zeek', wrong.zeek ?? 0, 'zeek-payload')]),
        ...(told !== 'endpoint' && seen === 'twice' && port === 'own'
          ? [flow('suricata', wrong.sensed, 'suricata-frame')]
          : []),
        ...(told === 'sensor'
          ? []
          : [event('mde', shift, { InitiatingProcessAccountName: 'a.berg', ...(told === 'report' ? report : {}) })]),
        ...(told !== 'sensor' && told !== 'report' && twice ? [event('sysmon', shift + wrong.written)] : []),
      ];
    });
  });
}

/** Settling reads the nine hours around what came: what this clock puts in the evening is of the night before. */
const nearlyADay = rowsOf([
  {
    ...{ day: 0, device: 1, ahead: 22, written: 0, sensed: 0 },
    connections: Array.from({ length: 8 }, (_, n) => ({
      ...{ hour: n % 2, second: 0, server: 1, hours: 0, twice: false },
      ...({ told: 'both', seen: 'once', port: 'own' } as const),
    })),
  },
]);

test.each(['events', 'flows'])(
  'what a clock puts far from its partner is joined to it, where the %s come first',
  async (first) => {
    const isFirst = ([table]: Told) => (table === endpointConnections) === (first === 'events');
    const others = nearlyADay.filter((row) => !isFirst(row));
    const lived = await Living.with(async (living) => {
      // The last one comes when its clock is known.
      for (const batch of [nearlyADay.filter(isFirst), others.slice(0, -1), others.slice(-1)]) {
        await living.put(batch);
        await living.pass();
        await living.settle();
      }
      return living.tables();
    });
    expect(lived.DeviceNetworkEvents?.map(({ Fusion }) => Fusion)).toEqual(Array(8).fill('fused'));
    expect(lived).toEqual(await batched(nearlyADay));
  },
);

/** Five connections of a day, and two of its evening, which a clock that is five hours ahead puts into the next day. */
const aDayAndItsEvening = rowsOf(
  [10, 22].map((hour) => ({
    ...{ day: 0, device: 1, ahead: 5, written: 0, sensed: 0 },
    connections: Array.from({ length: hour === 10 ? 5 : 2 }, (_, n) => ({
      ...{ hour, second: n, server: 1, hours: 0, twice: false },
      ...({ told: 'both', seen: 'once', port: 'own' } as const),
    })),
  })),
);

test.each(['day', 'evening'])(
  'what a clock puts into the next day is joined by the clock of the day before, where the %s comes first',
  async (first) => {
    const isFirst = (_: Told, n: number) => n < 10 === (first === 'day');
    const lived = await Living.with(async (living) => {
      for (const batch of [aDayAndItsEvening.filter(isFirst), aDayAndItsEvening.filter((row, n) => !isFirst(row, n))]) {
        await living.put(batch);
        await living.pass();
        await living.settle();
      }
      return living.tables();
    });
    expect(lived.DeviceNetworkEvents?.map(({ Fusion }) => Fusion)).toEqual(Array(7).fill('fused'));
    expect(lived).toEqual(await batched(aDayAndItsEvening));
  },
);

/** Four connections of a morning, and three of the afternoon before which a clock was set right. */
const setAtNoon = rowsOf(
  [9, 15].map((hour) => ({
    ...{ day: 0, device: 1, ahead: 3, fromNoon: 0, written: 0, sensed: 0 },
    connections: Array.from({ length: hour === 9 ? 4 : 3 }, (_, n) => ({
      ...{ hour, second: n / 10, server: 1, hours: 0, twice: false },
      ...({ told: 'both', seen: 'once', port: 'own' } as const),
    })),
  })),
);

test.each(['morning', 'afternoon'])(
  'a clock that was set is known of both times of the day, where the %s comes first',
  async (first) => {
    const isFirst = (_: Told, n: number) => n < 8 === (first === 'morning');
    const lived = await Living.with(async (living) => {
      for (const batch of [setAtNoon.filter(isFirst), setAtNoon.filter((row, n) => !isFirst(row, n))]) {
        await living.put(batch);
        await living.pass();
        await living.settle();
      }
      // In whole seconds: with each connection it is another by milliseconds, which fuses no day again.
      expect(living.others()).toEqual([0n]);
      return living.tables();
    });
    expect(lived.DeviceNetworkEvents?.map(({ Fusion }) => Fusion)).toEqual(Array(7).fill('fused'));
    expect(lived).toEqual(await batched(setAtNoon));
  },
);

/** What sensors tell of the morning, too little to know the clock of the one that is five hours ahead, and of the evening. */
const wrongSensor = rowsOf(
  [8, 20].map((hour) => ({
    ...{ day: 0, device: 1, ahead: 0, written: 0, sensed: 5 },
    connections: Array.from({ length: hour === 8 ? 2 : 4 }, (_, n) => ({
      ...{ hour, second: n, server: 1, hours: 0, twice: false },
      ...({ told: 'sensor', seen: 'twice', port: 'own' } as const),
    })),
  })),
);
/** The same of an endpoint’s sensors. */
const wrongWriter = rowsOf(
  [8, 20].map((hour) => ({
    ...{ day: 0, device: 1, ahead: 0, written: 5, sensed: 0 },
    connections: Array.from({ length: hour === 8 ? 2 : 4 }, (_, n) => ({
      ...{ hour, second: n, server: 1, hours: 0, twice: true },
      ...({ told: 'endpoint', seen: 'once', port: 'own' } as const),
    })),
  })),
);

test.each([
  ['a sensor', wrongSensor],
  ['a sensor of an endpoint', wrongWriter],
])('rows that were settled before the clock of %s was known are settled again', async (_, rows) => {
  const lived = await Living.with(async (living) => {
    for (const batch of [rows.slice(0, 4), rows.slice(4)]) {
      await living.put(batch);
      await living.pass();
      await living.settle();
    }
    return living.tables();
  });
  expect(lived).toEqual(await batched(rows));
});

/** Five connections that tell the clock of a sensor, and what that sees alone of a device that nothing else tells of. */
const wrongSensorAlone = rowsOf(
  [1, 2].map((device) => ({
    ...{ day: 0, device, ahead: 0, written: 0, sensed: 0, zeek: 5 },
    connections: Array.from({ length: device === 1 ? 5 : 1 }, (_, n) => ({
      ...{ hour: 9, second: n / 10, server: device, hours: 0, twice: false },
      ...({ told: 'both', seen: device === 1 ? 'twice' : 'once', port: 'own' } as const),
    })),
  })),
);

test('a pass knows the clock of a sensor that settling found, and so the connection that it alone saw', async () => {
  await Living.with(async (living) => {
    await living.put(wrongSensorAlone.slice(0, -2));
    await living.pass();
    await living.settle();
    await living.put(wrongSensorAlone.slice(-2));
    await living.pass();
    const passed = await living.tables();
    expect(passed.DeviceNetworkEvents?.filter(({ LocalIP }) => LocalIP === '10.0.0.2')).toEqual([
      expect.objectContaining({ Fusion: 'fused', FusionRule: 'five-tuple' }),
    ]);
    await living.settle();
    expect(await living.tables()).toEqual(passed);
    expect(passed).toEqual(await batched(wrongSensorAlone));
  });
});

test('law: with clocks of devices, of their sensors and of the network\u2019s that are hours off as well', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(dayOfDevice, { minLength: 2, maxLength: 6, size: 'max' }),
      dealing,
      fc.boolean(),
      (days, dealing, slices) =>
        sameAsBatch(rowsOf(days), {
          ...dealing,
          ...(slices ? { limits: { passed: 100_000, read: 100_000, settled: 1 } } : {}),
        }),
    ),
    { numRuns: Number(process.env.WEIR_RUNS ?? 3), endOnFailure: true },
  );
}, 300_000);
