import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FusionReport } from '../../packages/weir/src/model/fusionReport.ts';
import { type Reading, read } from '../../packages/weir/src/weir.ts';
import { writeCompany } from '../../samples/company.ts';
import type { Sighting } from '../../samples/sensors/endpoint.ts';
import type { Flow } from '../../samples/story.ts';

interface Truth {
  readonly flow: Flow;
  readonly sighting: Sighting | null;
}

interface Match {
  readonly flow: string;
  readonly event: string;
  readonly rule: string;
  readonly confidence: number;
  readonly program: string;
  readonly truth: Truth;
}

let directory: string;
let report: FusionReport;
let matches: Match[];
/** What each flow that the network sensor saw truly was, by EventId. */
const truth = new Map<string, Truth>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const logs = join(directory, 'logs');
  await writeCompany({
    out: logs,
    seed: 'larkfield',
    start: '2026-03-10',
    days: 3,
    devices: 27,
    onFlow: (flow, uid, sighting) => uid !== null && truth.set(`zeek:${uid}`, { flow, sighting }),
  });
  const content = fileURLToPath(new URL('../../content', import.meta.url));
  await read({ paths: [logs], content, workDirectory: join(directory, 'work') }, look);
}, 120_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

async function look({ lake, fusion }: Reading): Promise<void> {
  report = fusion;
  const rows = await lake.engine.rows<Omit<Match, 'truth'>>(
    `SELECT "EventId" AS flow, "DeviceName" || ' ' || "ReportId" AS event, "FusionRule" AS rule,
       "FusionConfidence" AS confidence, lower("InitiatingProcessFileName") AS program
     FROM "DeviceNetworkEvents" WHERE "Fusion" = 'fused'`,
  );
  matches = rows.map((row) => {
    const known = truth.get(row.flow);
    if (known === undefined) throw new Error(`no such flow: ${row.flow}`);
    return { ...row, truth: known };
  });
}

const partner = ({ sighting }: Truth) => sighting && `${sighting.event.deviceName} ${sighting.event.reportId}`;
const isRight = ({ event, truth }: Match) => partner(truth) === event;

test('no sure match is wrong', () => {
  const sure = matches.filter(({ confidence }) => confidence >= 0.9);
  expect(sure.filter((match) => !isRight(match))).toEqual([]);
  expect(sure.length).toBeGreaterThan(3000);
});

test('98 of 100 flows that an event stands for find it', () => {
  const pairs = [...truth.values()].filter((known) => partner(known) !== null).length;
  const found = matches.filter(isRight).length;
  console.info(`${found} of ${pairs} pairs of the sample company found, ${matches.length} matches`);
  expect(found / pairs).toBeGreaterThanOrEqual(0.98);
});

test('hardly any flow gets a program that did not open it', () => {
  const wrong = matches.filter(({ program, truth }) => program !== truth.flow.process?.program.file.toLowerCase());
  console.info(`${wrong.length} of ${matches.length} matches name another program, none of them surely`);
  expect(wrong.length / matches.length).toBeLessThan(0.002);
});

test('the clock that is an hour ahead is found on every day that shows it, and no other', () => {
  const off = report.clockOffsets.filter(({ seconds }) => Math.abs(seconds) > 2);
  expect(new Set(off.map(({ device }) => device))).toEqual(new Set(['lf-ws-003.larkfield.example']));
  for (const { seconds } of off) expect(Math.round(seconds / 60)).toBe(60);
  expect(report.notes.join(' ')).toContain('The clock of lf-ws-003.larkfield.example was 1 h ahead');
});

test('the report counts what the rows hold', () => {
  expect(report.fused).toBe(matches.length);
  expect(report.matchedFlows).toBe(matches.length);
  for (const lacks of ['process', 'bytes', 'name'] as const) {
    const sum = report.gaps.filter((gap) => gap.lacks === lacks).reduce((total, { count }) => total + count, 0);
    const known = { process: report.withProcess, bytes: report.withBytes, name: report.withName }[lacks];
    expect(sum).toBe(report.connections - known);
  }
});
