import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendRows, type InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import { type FuseOptions, fuse } from '../../packages/weir/src/fuse/fuse.ts';
import type { FusionReport } from '../../packages/weir/src/model/fusionReport.ts';
import { Random } from '../../packages/weir/src/simulate/random.ts';
import {
  deviceFileEvents,
  deviceProcessEvents,
  endpointConnections,
  type Table,
} from '../../packages/weir/src/tables/index.ts';
import { at, catalogue, event, type FusedRow } from './fused.ts';

interface Fused {
  readonly starts: readonly FusedRow[];
  readonly files: readonly FusedRow[];
  readonly report: FusionReport;
}

async function fusedRecords(
  told: { readonly starts?: readonly Row[][]; readonly files?: readonly Row[][]; readonly events?: readonly Row[][] },
  options: Pick<FuseOptions, 'rowsAtOnce'> = {},
): Promise<Fused> {
  return withScratchLake(async (lake) => {
    for (const [table, segments] of [
      [deviceProcessEvents, told.starts],
      [deviceFileEvents, told.files],
      [endpointConnections, told.events],
    ] as const)
      for (const segment of segments ?? []) await appendRows(lake, table, segment);
    const report = await fuse(lake, { catalogue, ...options });
    const rows = ({ name }: Table) => lake.engine.rows<FusedRow>(`FROM "${name}" ORDER BY "EventId", "Timestamp"`);
    return { starts: await rows(deviceProcessEvents), files: await rows(deviceFileEvents), report };
  });
}

const starts = async (...rows: Row[]): Promise<readonly FusedRow[]> => (await fusedRecords({ starts: [rows] })).starts;
const files = async (...rows: Row[]): Promise<readonly FusedRow[]> => (await fusedRecords({ files: [rows] })).files;
const others = ({ OtherEndpointEventIds }: FusedRow): unknown =>
  OtherEndpointEventIds === null ? null : JSON.parse(String(OtherEndpointEventIds));

let serial = 0;
const id = (teller: string): string => {
  serial += 1;
  return `${teller}:${String(serial).padStart(6, '0')}`;
};

/** A start as Defender tells it. */
function defender(facts: Row = {}): Row {
  return {
    EventId: id('mde'),
    Timestamp: at('10:00:00.2'),
    ProcessCreationTime: at('10:00:00'),
    DeviceName: 'ws-1.corp.example',
    DeviceId: 'd1',
    ActionType: 'ProcessCreated',
    FileName: 'rclone.exe',
    FolderPath: 'C:\\Tools\\rclone.exe',
    SHA1: 'ab',
    ProcessId: 4711,
    ProcessCommandLine: '"rclone.exe" copy  D:\\ remote:x',
    InitiatingProcessFileName: 'cmd.exe',
    InitiatingProcessId: 77,
    InitiatingProcessSHA1: 'cd',
    ReportId: 3,
    ...facts,
  };
}

/** The same start as Sysmon tells it. */
function sysmon(facts: Row = {}): Row {
  return {
    EventId: id('sysmon'),
    Timestamp: at('10:00:00.1'),
    ProcessCreationTime: at('10:00:00.1'),
    DeviceName: 'WS-1',
    ActionType: 'ProcessCreated',
    FileName: 'rclone.exe',
    FolderPath: 'C:\\Tools\\rclone.exe',
    ProcessId: 4711,
    ProcessCommandLine: 'C:\\Tools\\RClone.exe copy D:\\ remote:x',
    ProcessUniqueId: '{guid}',
    MD5: 'ef',
    InitiatingProcessId: 77,
    ...facts,
  };
}

describe('a process start that two endpoint sensors told', () => {
  test('is one row with what either knows and the other’s id', async () => {
    const [mde, other] = [defender(), sysmon()];
    const rows = await starts(other, mde);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      EventId: mde.EventId,
      DeviceName: 'ws-1.corp.example',
      SHA1: 'ab',
      MD5: 'ef',
      ProcessUniqueId: '{guid}',
      ProcessCommandLine: '"rclone.exe" copy  D:\\ remote:x',
      InitiatingProcessFileName: 'cmd.exe',
    });
    expect(others(rows[0] as FusedRow)).toEqual([other.EventId]);
  });

  test('is told in the report', async () => {
    const { report } = await fusedRecords({ starts: [[defender(), sysmon()]] });
    expect(report.notes.join(' ')).toContain('Several endpoint sensors told 1 of the process starts: each is one row');
  });

  test('is one row of three as well', async () => {
    const rows = await starts(defender(), sysmon(), sysmon({ EventId: 'elastic:1', AccountSid: 'S-1-5-18' }));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ AccountSid: 'S-1-5-18', ProcessUniqueId: '{guid}' });
    expect(others(rows[0] as FusedRow)).toHaveLength(2);
  });

  test('is one where one of them has no command line and no parent', async () => {
    expect(await starts(defender(), sysmon({ ProcessCommandLine: '', InitiatingProcessId: null }))).toHaveLength(1);
  });

  test('goes on telling the connections of its process what they lack', async () => {
    const connection = event({
      ...{ EventId: 'sysmon:c', DeviceName: 'WS-1', InitiatingProcessUniqueId: '{guid}' },
      ...{ InitiatingProcessCommandLine: '', InitiatingProcessFileName: 'rclone.exe' },
    });
    await withScratchLake(async (lake) => {
      await appendRows(lake, deviceProcessEvents, [defender(), sysmon()]);
      await appendRows(lake, endpointConnections, [connection]);
      await fuse(lake, { catalogue });
      const rows = await lake.engine.rows('SELECT "InitiatingProcessCommandLine" AS line FROM "DeviceNetworkEvents"');
      expect(rows).toEqual([{ line: 'C:\\Tools\\RClone.exe copy D:\\ remote:x' }]);
    });
  });
});

describe('two starts stay two rows', () => {
  test.each([
    ['of another number', { ProcessId: 4712 }],
    ['of another program', { FileName: 'curl.exe' }],
    ['of another device', { DeviceName: 'ws-2' }],
    ['of another site', { Site: 'north' }],
    ['that are too far apart', { ProcessCreationTime: at('10:00:02.1') }],
    ['with other arguments', { ProcessCommandLine: 'rclone.exe sync D:\\ remote:x' }],
    ['with another parent', { InitiatingProcessId: 78 }],
    ['of one sensor', { EventId: 'mde:other' }],
    ['of which one was no start', { ActionType: 'OpenProcess' }],
    ['whose number is not known', { ProcessId: null }],
    ['whose program is not known', { FileName: '' }],
    ['whose device is not known', { DeviceName: '' }],
  ])('%s', async (_, facts) => {
    const rows = await starts(defender(), sysmon(facts));
    expect(rows.map(others)).toEqual([null, null]);
  });

  test('where a number was given away again at once, whatever a third sensor says', async () => {
    const again = { Timestamp: at('10:00:01'), ProcessCreationTime: at('10:00:01') };
    const rows = await starts(defender(), defender(again), sysmon(), sysmon({ EventId: 'elastic:2' }));
    expect(rows).toHaveLength(4);
  });
});

test('a number given away again later is each time its own start', async () => {
  const times = ['10:00:00', '10:00:09', '11:30:00'];
  const told = (make: (facts: Row) => Row) =>
    times.map((time) => make({ Timestamp: at(time), ProcessCreationTime: at(time) }));
  const [mine, theirs] = [told(defender), told(sysmon)];
  const rows = await starts(...theirs, ...mine);
  expect(rows.map((row) => [row.EventId, others(row)])).toEqual(
    mine.map(({ EventId }, n) => [EventId, [theirs[n]?.EventId]]),
  );
});

describe('a clock that is hours off', () => {
  const times = ['00', '05', '11', '23'];

  test('is found from the starts themselves', async () => {
    const mine = times.map((time, n) => defender({ ProcessId: n + 1, ProcessCreationTime: at(`10:${time}:00`) }));
    const theirs = times.map((time, n) => sysmon({ ProcessId: n + 1, ProcessCreationTime: at(`15:${time}:00.5`) }));
    const { starts, report } = await fusedRecords({ starts: [mine, theirs] });
    expect(starts).toHaveLength(4);
    expect(report.notes.join(' ')).toContain('The clock of ws-1.corp.example as sysmon writes it was 5 h ahead');
  });

  test('is that which the connections told', async () => {
    const ends = (n: number) => ({ LocalPort: 50_000 + n });
    const events = times.flatMap((time, n) => [
      event({ ...ends(n), InitiatingProcessCommandLine: 'x', Timestamp: at(`10:${time}:00`) }),
      event({ ...ends(n), EventId: id('sysmon'), Timestamp: at(`15:${time}:00`) }),
    ]);
    const late = sysmon({ ProcessCreationTime: at('15:00:00') });
    const { starts, files } = await fusedRecords({
      starts: [[defender(), late]],
      files: [[written(), written({ EventId: id('sysmon'), Timestamp: at('15:00:00') })]],
      events: [events],
    });
    expect(starts).toHaveLength(1);
    expect(files).toHaveLength(1);
  });
});

/** A file that Defender saw written. */
function written(facts: Row = {}): Row {
  return {
    EventId: id('mde'),
    Timestamp: at('10:00:00'),
    DeviceName: 'ws-1',
    ActionType: 'FileCreated',
    FileName: 'a.zip',
    FolderPath: 'C:\\Users\\a\\a.zip',
    SHA256: 'ab',
    FileSize: 7,
    InitiatingProcessId: 9,
    InitiatingProcessFileName: '7z.exe',
    ...facts,
  };
}

describe('a file event that two endpoint sensors told', () => {
  const other = (facts: Row = {}): Row =>
    written({
      ...{ EventId: id('sysmon'), Timestamp: at('10:00:01.5'), FolderPath: 'c:\\users\\a\\A.zip', SHA256: '' },
      ...{ FileSize: null, InitiatingProcessUniqueId: '{guid}', ...facts },
    });

  test('is one row with what either knows and the other’s id', async () => {
    const [mine, theirs] = [written(), other()];
    const rows = await files(mine, theirs);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ EventId: mine.EventId, SHA256: 'ab', InitiatingProcessUniqueId: '{guid}' });
    expect(others(rows[0] as FusedRow)).toEqual([theirs.EventId]);
  });

  test.each([
    ['of another path', { FolderPath: 'C:\\Users\\b\\a.zip' }],
    ['of another process', { InitiatingProcessId: 10 }],
    ['of a process of another name', { InitiatingProcessFileName: 'tar.exe' }],
    ['of something else done', { ActionType: 'FileRenamed' }],
    ['of other contents', { SHA256: 'cd' }],
    ['too far apart', { Timestamp: at('10:00:02.1') }],
  ])('is two rows %s', async (_, facts) => {
    expect(await files(written(), other(facts))).toHaveLength(2);
  });

  test('is as many rows as were told where one sensor told it twice', async () => {
    expect(await files(written(), written({ Timestamp: at('10:00:01') }), other())).toHaveLength(3);
  });
});

test('what one row stands for already is not taken again', async () => {
  const records = [defender(), sysmon(), sysmon({ EventId: 'elastic:9' })];
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceProcessEvents, records);
    await fuse(lake, { catalogue });
    const rows = () => lake.engine.rows<Row>('FROM "DeviceProcessEvents" ORDER BY "EventId"');
    const once = await rows();
    await appendRows(lake, deviceProcessEvents, [...records].reverse());
    await fuse(lake, { catalogue });
    expect(once).toHaveLength(1);
    expect(await rows()).toEqual(once);
  });
});

/** Starts on a few devices with a few numbers, as three sensors tell them that miss some. Those of one number are 2.5 s
 *  apart, or no sensor misses them: nothing tells two starts of one number, program and second apart of which one sensor
 *  missed the first and the other the second. */
function world(seed: string): { readonly rows: readonly Row[]; readonly truth: ReadonlyMap<string, number> } {
  const random = new Random(seed);
  const truth = new Map<string, number>();
  const rows: Row[] = [];
  const midnight = Date.parse('2026-03-12T00:00:00Z');
  const iso = (ms: number): string => new Date(midnight + ms).toISOString();
  const held = new Map<string, { readonly until: number; readonly whole: boolean }>();
  for (let start = 0; start < 600; start++) {
    const device = random.int(1, 4);
    const ProcessId = 4 * random.int(1, 12);
    const { until, whole: told } = held.get(`${device} ${ProcessId}`) ?? { until: 0, whole: false };
    const whole = random.chance(0.4);
    const free = told && whole ? until : until + 2_500;
    const ms = random.chance(0.3) ? free : Math.max(free, start * 3_000 + random.int(0, 3_000));
    held.set(`${device} ${ProcessId}`, { until: ms + 450, whole });
    const FileName = random.chance(0.5) ? 'curl.exe' : 'git.exe';
    const line = `-n ${random.int(1, 3)}`;
    const facts = { ProcessId, FileName, InitiatingProcessId: random.chance(0.9) ? 8 : 12 };
    for (const [teller, spelled, late] of [
      ['mde', `ws-${device}.corp.example`, 0],
      ['sysmon', `WS-${device}`, 400],
      ['elastic', `ws-${device}`, 50],
    ] as const) {
      if (!whole && random.chance(0.2)) continue;
      const record = id(teller);
      truth.set(record, start);
      const time = iso(ms + random.int(0, late));
      rows.push({
        ...facts,
        EventId: record,
        ActionType: 'ProcessCreated',
        DeviceName: spelled,
        Timestamp: time,
        ProcessCreationTime: time,
        ProcessCommandLine: random.chance(0.1) ? '' : `${teller === 'mde' ? FileName : `C:\\${FileName}`} ${line}`,
      });
    }
  }
  return { rows, truth };
}

describe('numbers that are used again and again', () => {
  test.each(['one', 'two', 'three'])('make no two starts one (seed %s)', async (seed) => {
    const { rows, truth } = world(seed);
    const found = await starts(...rows);
    const joined = found.map((row) => [String(row.EventId), ...((others(row) ?? []) as string[])]);
    const wrong = joined.filter((ids) => new Set(ids.map((id) => truth.get(id))).size > 1);
    const told = new Set(truth.values()).size;
    const repeats = (rows.length - found.length) / (rows.length - told);
    console.info(`seed ${seed}: ${Math.round(repeats * 100)} % of what was told again is no row of its own`);
    expect(joined.flat().sort()).toEqual(rows.map(({ EventId }) => String(EventId)).sort());
    expect(wrong).toEqual([]);
    expect(repeats).toBeGreaterThan(0.6);
  });

  test('give the same rows in any order, in any segments, in slices of any size', async () => {
    const { rows } = world('order');
    const some = rows.slice(0, 240);
    const expected = await starts(...some);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(some, { minLength: some.length }),
        fc.integer({ min: 1, max: 239 }),
        fc.constantFrom(50, 2_000_000),
        async (order, cut, rowsAtOnce) => {
          const again = [order.slice(0, cut), order.slice(cut), order.slice(0, cut)];
          expect((await fusedRecords({ starts: again }, { rowsAtOnce })).starts).toEqual(expected);
        },
      ),
      { numRuns: 6 },
    );
  });
});
