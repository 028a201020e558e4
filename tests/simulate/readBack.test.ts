import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InputReport } from '../../packages/weir/src/model/input.ts';
import type { LogForm } from '../../packages/weir/src/simulate/sensors/log.ts';
import type { SensorName } from '../../packages/weir/src/simulate/simulate.ts';
import type { Flow } from '../../packages/weir/src/simulate/story.ts';
import { read } from '../../packages/weir/src/weir.ts';
import { everything } from './everything.ts';
import { content, plant, scenarios, truth, wishesOf } from './planted.ts';

const tellings = [0, 1, 2].map((seed) => wishesOf(seed, [...scenarios, ...everything]));

interface Row {
  readonly ends: string;
  readonly action: string;
  readonly host: string;
  readonly process: string;
  readonly commandLine: string;
  readonly parent: string;
  readonly account: string;
  readonly sent: bigint | null;
  readonly received: bigint | null;
}

const truths = tellings.map(truth);

const rowOf = ({ row }: { readonly row: string }): string => row;

interface Told {
  readonly flow: Flow;
  readonly rows: readonly Row[];
}

/** Whether data went over it. */
const isOpen = ({ outcome }: Flow): boolean => outcome === 'accepted' || outcome === 'cut';

const ends = (flow: Flow): string => [flow.localAddress, flow.localPort, flow.remoteAddress, flow.remotePort].join(' ');

/** What Weir makes of what these sensors saw: the rows of each planted connection. */
async function readBack(sensors: readonly SensorName[], form: LogForm) {
  const folder = await mkdtemp(join(tmpdir(), 'weir-simulate-'));
  try {
    for (const [index, wishes] of tellings.entries())
      await plant(join(folder, 'logs', String(index)), wishes, sensors, form);
    return await read(
      { paths: [join(folder, 'logs')], content, workDirectory: join(folder, 'work') },
      async (reading) => {
        const rows = await reading.lake.engine.rows<Row>(
          `SELECT concat_ws(' ', "LocalIP", "LocalPort", "RemoteIP", "RemotePort") AS ends, "ActionType" AS action, "RemoteHost" AS host,
           "InitiatingProcessFileName" AS process, "InitiatingProcessCommandLine" AS "commandLine",
           "InitiatingProcessParentFileName" AS parent, "AccountName" AS account,
           "BytesSent" AS sent, "BytesReceived" AS received
         FROM DeviceNetworkEvents`,
        );
        const byEnds = Map.groupBy(rows, (row) => row.ends);
        const told = truths.flatMap(({ flows }) => flows.map((flow) => ({ flow, rows: byEnds.get(ends(flow)) ?? [] })));
        const processes = await reading.lake.engine.rows<{ row: string }>(
          `SELECT concat_ws('|', "DeviceName", "FileName", "ProcessCommandLine", "InitiatingProcessFileName",
           lower("AccountName")) AS row FROM DeviceProcessEvents`,
        );
        const files = await reading.lake.engine.rows<{ row: string }>(
          `SELECT concat_ws('|', "DeviceName", "FolderPath", "InitiatingProcessFileName") AS row FROM DeviceFileEvents`,
        );
        return { inputs: reading.inputs, told, processes: processes.map(rowOf), files: files.map(rowOf) };
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function expectAllRead(inputs: readonly InputReport[]): void {
  for (const input of inputs) expect(input).toMatchObject({ complete: true, rejects: 0 });
  for (const input of inputs) expect(input.format, input.path).not.toBeNull();
}

const combinations: readonly (readonly [LogForm, readonly SensorName[]])[] = [
  ['files', ['defender', 'zeek']],
  ['records', ['defender', 'zeek']],
  ['files', ['sysmon', 'suricata']],
  ['files', ['defender', 'sysmon', 'zeek']],
  ['files', ['zeek']],
  ['files', ['defender']],
];

describe.each(combinations)('%s of %s', async (form, sensors) => {
  const { inputs, told, processes, files } = await readBack(sensors, form);
  const has = (name: SensorName): boolean => sensors.includes(name);
  const endpoint = has('defender') || has('sysmon');
  /** Sysmon is not told of attempts. */
  const seen = ({ flow }: Told): boolean => has('defender') || isOpen(flow);
  const of = ({ incident, start }: Flow): string => `${incident} at ${start}`;

  test('every record is read', () => expectAllRead(inputs));

  test('every planted connection is one row', () => {
    const odd = told.filter(({ rows }) => rows.length !== 1).map(({ flow, rows }) => `${of(flow)}: ${rows.length}`);
    expect(told.length).toBeGreaterThan(3000);
    expect(odd).toEqual([]);
  });

  test.runIf(endpoint)('with its process, parent, command line and account', () => {
    for (const { flow, rows } of told.filter(seen)) {
      const [row] = rows;
      expect(row?.process.toLowerCase(), of(flow)).toBe(flow.process?.program.file.toLowerCase());
      expect(row?.commandLine).toBe(flow.process?.commandLine);
      expect(row?.parent.toLowerCase().split('\\').at(-1)).toBe(flow.process?.parentFile.toLowerCase());
      expect(row?.account.toLowerCase()).toBe(flow.process?.account.name.toLowerCase());
    }
  });

  test.runIf(endpoint)('every process and every file is a row of its table', () => {
    const expected = truths.flatMap((each) =>
      each.processes.map(({ device, process }) =>
        [
          device.name,
          process.program.file,
          process.commandLine,
          process.parentFile,
          process.account.name.toLowerCase(),
        ].join('|'),
      ),
    );
    expect([...processes].sort()).toEqual(expected.sort());
    const written = truths.flatMap((each) =>
      each.files.map(({ device, path, process }) => [device.name, path, process.program.file].join('|')),
    );
    expect(files.map((row) => row.toLowerCase()).sort()).toEqual(written.map((row) => row.toLowerCase()).sort());
  });

  test('with the name of its host, where there is one', () => {
    const wrong = told.filter(({ flow, rows }) => flow.host !== null && rows[0]?.host !== flow.host);
    expect(wrong.map(({ flow, rows }) => `${of(flow)}: ${flow.host}, not ${rows[0]?.host}`)).toEqual([]);
  });

  test.runIf(has('zeek') || has('suricata'))('as what came of it', () => {
    const isFailure = ({ rows }: Told): boolean => rows[0]?.action === 'ConnectionFailed';
    const wrong = told.filter((each) => isFailure(each) === isOpen(each.flow));
    expect(wrong.map(({ flow, rows }) => `${of(flow)}: ${flow.outcome}, not ${rows[0]?.action}`)).toEqual([]);
  });

  test.runIf(has('zeek'))('with its bytes, both ways', () => {
    for (const { flow, rows } of told.filter(({ flow }) => isOpen(flow))) {
      const [row] = rows;
      expect([Number(row?.sent), Number(row?.received)], of(flow)).toEqual([flow.sent, flow.received]);
    }
  });

  test.runIf(has('suricata'))('with its bytes, less what the counting of frames cannot tell', () => {
    for (const { flow, rows } of told.filter(({ flow }) => isOpen(flow))) {
      const sent = Number(rows[0]?.sent);
      // A packet's options are taken for headers: up to 12 bytes of 1410.
      expect(Math.abs(sent - flow.sent), `${of(flow)}: ${sent}, not ${flow.sent}`).toBeLessThan(200 + flow.sent / 50);
    }
  });

  test.runIf(!has('zeek') && !has('suricata'))('with unknown bytes', () => {
    for (const { rows } of told) expect([rows[0]?.sent, rows[0]?.received]).toEqual([null, null]);
  });
});
