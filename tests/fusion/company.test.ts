import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FusionReport } from '../../packages/weir/src/model/fusionReport.ts';
import { Random } from '../../packages/weir/src/simulate/random.ts';
import type { Flow } from '../../packages/weir/src/simulate/story.ts';
import { isoTime, minute, second } from '../../packages/weir/src/simulate/time.ts';
import { read } from '../../packages/weir/src/weir.ts';
import { writeCompany } from '../../samples/company.ts';
import type { Sighting } from '../../samples/sensors/endpoint.ts';

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
/** What each flow that the network sensor saw truly was, by EventId. */
const truth = new Map<string, Truth>();
/** What the flows of other sensors were, by EventId: Zeek's flow. */
const twins = new Map<string, string>();

/** What was read and fused of some of the logs. */
interface Fused {
  readonly report: FusionReport;
  readonly matches: readonly Match[];
  readonly rows: readonly { readonly id: string; readonly others: string | null; readonly source: string }[];
}
let zeek: Fused;
let crowded: Fused;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const logs = join(directory, 'logs');
  const more = new OtherSensors();
  await writeCompany({
    out: logs,
    seed: 'larkfield',
    start: '2026-03-10',
    days: 3,
    devices: 27,
    onFlow: (flow, uid, sighting) => {
      if (uid === null) return;
      truth.set(`zeek:${uid}`, { flow, sighting });
      for (const id of more.observe(flow)) twins.set(id, `zeek:${uid}`);
    },
  });
  const others = join(directory, 'others.ndjson');
  await writeFile(others, more.text());
  zeek = await look([logs]);
  crowded = await look([logs, others]);
}, 240_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

async function look(paths: string[]): Promise<Fused> {
  const content = fileURLToPath(new URL('../../content', import.meta.url));
  let made: Fused | undefined;
  await read({ paths, content, workDirectory: join(directory, `work-${paths.length}`) }, async ({ lake, fusion }) => {
    const found = await lake.engine.rows<Omit<Match, 'truth'>>(
      `SELECT "EventId" AS flow, "DeviceName" || ' ' || "ReportId" AS event, "FusionRule" AS rule,
         "FusionConfidence" AS confidence, lower("InitiatingProcessFileName") AS program
       FROM "DeviceNetworkEvents" WHERE "Fusion" = 'fused'`,
    );
    const matches = found.map((row) => {
      const known = truth.get(twins.get(row.flow) ?? row.flow);
      if (known === undefined) throw new Error(`no such flow: ${row.flow}`);
      return { ...row, truth: known };
    });
    const rows = await lake.engine.rows<Fused['rows'][number]>(
      `SELECT "EventId" AS id, "OtherFlows"::VARCHAR AS others, "BytesSource" AS source FROM "DeviceNetworkEvents" WHERE "Fusion" <> 'endpoint'`,
    );
    made = { report: fusion, matches, rows };
  });
  if (made === undefined) throw new Error('nothing was read');
  return made;
}

const partner = ({ sighting }: Truth) => sighting && `${sighting.event.deviceName} ${sighting.event.reportId}`;
const isRight = ({ event, truth }: Match) => partner(truth) === event;

describe.each([
  ['Zeek and Defender', () => zeek],
  ['two more sensors of the same flows', () => crowded],
] as const)('with %s', (_, fusion) => {
  test('no sure match is wrong', () => {
    const sure = fusion().matches.filter(({ confidence }) => confidence >= 0.9);
    expect(sure.filter((match) => !isRight(match))).toEqual([]);
    expect(sure.length).toBeGreaterThan(3000);
  });

  test('98 of 100 flows that an event stands for find it', () => {
    const pairs = [...truth.values()].filter((known) => partner(known) !== null).length;
    const found = fusion().matches.filter(isRight).length;
    console.info(`${found} of ${pairs} pairs of the sample company found, ${fusion().matches.length} matches`);
    expect(found / pairs).toBeGreaterThanOrEqual(0.98);
  });

  test('hardly any flow gets a program that did not open it', () => {
    const wrong = fusion().matches.filter(
      ({ program, truth }) => program !== truth.flow.process?.program.file.toLowerCase(),
    );
    console.info(`${wrong.length} of ${fusion().matches.length} matches name another program, none of them surely`);
    expect(wrong.length / fusion().matches.length).toBeLessThan(0.002);
  });

  test('the clock that is an hour ahead is found on every day that shows it, and no other', () => {
    const off = fusion().report.clockOffsets.filter(({ seconds }) => Math.abs(seconds) > 2);
    expect(new Set(off.map(({ device }) => device))).toEqual(new Set(['lf-ws-003.larkfield.example']));
    for (const { seconds } of off) expect(Math.round(seconds / 60)).toBe(60);
    expect(fusion().report.notes.join(' ')).toContain('The clock of lf-ws-003.larkfield.example was 1 h ahead');
  });

  test('the report counts what the rows hold', () => {
    expect(fusion().report.fused).toBe(fusion().matches.length);
    expect(fusion().report.matchedFlows).toBe(fusion().matches.length);
    for (const lacks of ['process', 'bytes', 'name'] as const) {
      const sum = fusion()
        .report.gaps.filter((gap) => gap.lacks === lacks)
        .reduce((total, { count }) => total + count, 0);
      const known = {
        process: fusion().report.withProcess,
        bytes: fusion().report.withBytes,
        name: fusion().report.withName,
      }[lacks];
      expect(sum).toBe(fusion().report.connections - known);
    }
  });
});

test('no flow of another sensor is joined with the wrong connection, and nearly all find theirs', () => {
  const joined = crowded.rows.flatMap(({ id, others }) =>
    (JSON.parse(others ?? '[]') as { id: string }[]).map((other) => ({ id, other: other.id })),
  );
  const flows = joined.filter(({ id, other }) => id !== other && twins.has(other));
  expect(flows.filter(({ id, other }) => twins.get(other) !== (twins.get(id) ?? id))).toEqual([]);
  const left = crowded.rows.filter(({ id }) => twins.has(id)).length;
  console.info(`${flows.length} flows of other sensors found Zeek's row, ${left} did not`);
  expect(flows.length / (flows.length + left)).toBeGreaterThanOrEqual(0.98);
  expect(crowded.report.connections).toBeLessThan(zeek.report.connections * 1.01);
});

/** A sensor that counts frames on a clock of its own, and a flow log that writes each direction and minute apart, in whole
 *  seconds. Each misses some. */
class OtherSensors {
  readonly #random = new Random('other sensors');
  readonly #rows: object[] = [];

  /** Records a flow; gives the ids that its records may be known by. */
  observe(flow: Flow): string[] {
    const ids: string[] = [];
    const outcome = { accepted: 'established', cut: 'established', refused: 'failed', silent: 'failed' }[flow.outcome];
    const ends = {
      Protocol: flow.protocol,
      LocalIP: flow.localAddress,
      LocalPort: flow.localPort,
      RemoteIP: flow.remoteAddress,
      RemotePort: flow.remotePort,
      Direction: flow.inbound ? 'inbound' : 'outbound',
      Outcome: outcome,
    };
    const add = (facts: { readonly EventId: string; readonly [column: string]: unknown }) => {
      ids.push(facts.EventId);
      this.#rows.push({ ...ends, ...facts });
    };
    if (this.#random.chance(0.95)) {
      // Frames of which offload hides some: more or less than the payload.
      const counted = (payload: number) => Math.round(payload * (0.6 + this.#random.int(0, 60) / 100));
      const start = flow.start + Math.round(1.3 * second) + this.#random.int(0, 13_000);
      add({
        EventId: `suricata:${truth.size}`,
        Timestamp: isoTime(start, 6, 0),
        FlowStart: isoTime(start, 6, 0),
        FlowEnd: isoTime(start + flow.duration, 6, 0),
        BytesSent: counted(flow.sent),
        BytesReceived: counted(flow.received),
        BytesSource: 'suricata-frame',
        Sensor: 'edge',
      });
    }
    if (this.#random.chance(0.9))
      for (let part = 0; part * minute <= flow.duration; part++)
        for (const side of ['BytesSent', 'BytesReceived']) {
          const from = Math.floor((flow.start + part * minute) / second) * second;
          const until = Math.floor(Math.min(flow.start + flow.duration, from + minute) / second) * second;
          add({
            EventId: `vpc:${truth.size}-${part}-${side}`,
            Timestamp: isoTime(from, 0, 0),
            FlowStart: isoTime(from, 0, 0),
            FlowEnd: isoTime(until, 0, 0),
            [side]: Math.round((side === 'BytesSent' ? flow.sent : flow.received) / (flow.duration / minute + 1)),
            BytesSource: 'vpc-ip',
            IsPart: true,
          });
        }
    return ids;
  }

  text(): string {
    return this.#rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}
