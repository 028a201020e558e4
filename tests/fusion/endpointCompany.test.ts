import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../packages/weir/src/simulate/random.ts';
import { SysmonLogs } from '../../packages/weir/src/simulate/sensors/sysmonLogs.ts';
import type { Flow } from '../../packages/weir/src/simulate/story.ts';
import { read } from '../../packages/weir/src/weir.ts';
import { writeCompany } from '../../samples/company.ts';

/** A connection as it was, and by which ids sensors know it. */
interface Truth {
  readonly flow: Flow;
  readonly zeek: string | null;
  /** Defender's own event, by device and number. */
  readonly defender: string | null;
  readonly sysmon: string | null;
}

interface Row {
  readonly id: string;
  readonly device: string;
  readonly report: bigint | null;
  readonly endpoint: string;
  readonly others: string | null;
  readonly confidence: number | null;
  readonly program: string;
  readonly entity: string;
}

let directory: string;
const truths: Truth[] = [];
let rows: Row[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const logs = join(directory, 'logs');
  const random = new Random('sysmon beside defender');
  const sysmon: string[] = [];
  await writeCompany({
    out: logs,
    seed: 'larkfield',
    start: '2026-03-10',
    days: 1,
    devices: 20,
    onFlow: (flow, uid, sighting) => {
      const text = flow.device.sensor && !random.chance(0.05) ? sysmonRecord(flow, random) : undefined;
      if (text !== undefined) sysmon.push(text);
      truths.push({
        flow,
        zeek: uid && `zeek:${uid}`,
        defender: sighting?.own ? `${shortName(sighting.event.deviceName)} ${sighting.event.reportId}` : null,
        sysmon: text === undefined ? null : sysmonId(text),
      });
    },
  });
  await mkdir(join(logs, 'sysmon'));
  await writeFile(join(logs, 'sysmon', 'sysmon.json'), sysmon.join(''));
  const content = fileURLToPath(new URL('../../content', import.meta.url));
  rows = await read({ paths: [logs], content, workDirectory: join(directory, 'work') }, ({ lake }) =>
    lake.engine.rows<Row>(
      `SELECT "EventId" AS id, "DeviceName" AS device, "ReportId" AS report, "EndpointEventId" AS endpoint,
         "OtherEndpointEventIds"::VARCHAR AS others, "FusionConfidence" AS confidence,
         lower("InitiatingProcessFileName") AS program, "InitiatingProcessUniqueId" AS entity
       FROM "DeviceNetworkEvents"`,
    ),
  );
}, 240_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

const shortName = (name: string): string => name.split('.')[0]?.toLowerCase() ?? '';

/** What Sysmon writes of a flow; on every second device it knows no domain. */
function sysmonRecord(flow: Flow, random: Random): string | undefined {
  const name = flow.device.id < '8' ? shortName(flow.device.name) : flow.device.name;
  const log = new SysmonLogs(random.fork(`sysmon/${truths.length}`));
  log.flow({ ...flow, device: { ...flow.device, name } });
  return log.logs()[0]?.text;
}

/** The id that intake gives the record. */
function sysmonId(text: string): string {
  const { Hostname, UtcTime, RecordNumber } = JSON.parse(text);
  const ticks = BigInt(Date.parse(`${UtcTime.replace(' ', 'T')}Z`)) * 10_000n + 621_355_968_000_000_000n;
  const key = [String(Hostname).toLowerCase(), 3, ticks, RecordNumber].join('|');
  return `sysmon:${createHash('md5').update(key).digest('hex')}`;
}

const pairOf = ({ device, report, endpoint, others }: Row) => ({
  defender: `${shortName(device)} ${report}`,
  sysmon: [endpoint, ...(JSON.parse(others ?? '[]') as string[])].find((id) => id.startsWith('sysmon:')),
});

describe('a company that Defender and Sysmon watch', () => {
  test('has no connection joined with another one', () => {
    const known = new Map(truths.map((truth) => [truth.sysmon, truth]));
    const joined = rows.filter(({ others }) => others !== null);
    const wrong = joined.filter((row) => known.get(pairOf(row).sysmon ?? '')?.defender !== pairOf(row).defender);
    expect(wrong).toEqual([]);
    expect(joined.length).toBeGreaterThan(500);
  });

  test('has 98 of 100 that both told as one row, with the process that both know', () => {
    const both = truths.filter(({ defender, sysmon }) => defender !== null && sysmon !== null);
    const found = new Map(rows.filter(({ others }) => others !== null).map((row) => [pairOf(row).defender, row]));
    const right = both.filter(
      ({ defender, sysmon }) => pairOf(found.get(defender ?? '') ?? (rows[0] as Row)).sysmon === sysmon,
    );
    console.info(`${right.length} of ${both.length} connections that Defender and Sysmon told are one row`);
    expect(right.length / both.length).toBeGreaterThanOrEqual(0.98);
    for (const { defender, flow } of right)
      expect(found.get(defender ?? '')).toMatchObject({
        program: flow.process?.program.file.toLowerCase(),
        entity: expect.stringMatching(/^{/),
      });
  });

  test('has no flow surely given to the wrong one', () => {
    const known = new Map(truths.map((truth) => [truth.zeek, truth]));
    const sure = rows.filter(({ confidence }) => confidence !== null && confidence >= 0.9);
    const wrong = sure.filter((row) => {
      const truth = known.get(row.id);
      const { defender, sysmon } = pairOf(row);
      return truth?.defender !== defender && truth?.sysmon !== sysmon;
    });
    expect(wrong).toEqual([]);
    expect(sure.length).toBeGreaterThan(900);
  });
});
