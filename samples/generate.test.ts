import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Flow } from '../packages/weir/src/simulate/story.ts';
import { writeCompany } from './company.ts';
import type { Sighting } from './sensors/endpoint.ts';
import type { Truth } from './truth.ts';

interface Told {
  readonly flow: Flow;
  readonly uid: string | null;
  readonly sighting: Sighting | null;
}

const committed = fileURLToPath(new URL('company', import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), 'company-'));
const told: Told[] = [];
let truth: Truth;

beforeAll(async () => {
  truth = await writeCompany({
    out: fresh,
    seed: 'larkfield',
    start: '2026-03-10',
    days: 3,
    devices: 27,
    onFlow: (flow, uid, sighting) => told.push({ flow, uid, sighting }),
  });
});

afterAll(() => rmSync(fresh, { recursive: true, force: true }));

describe('the committed sample', () => {
  test('is what the generator writes', () => {
    expect(files(committed)).toEqual(files(fresh));
    for (const file of files(committed)) expect(text(committed, file) === text(fresh, file), file).toBe(true);
  });

  test('comes with its truth', () => {
    expect(JSON.parse(readFileSync(new URL('truth.json', import.meta.url), 'utf8'))).toEqual(truth);
  });

  test('names nobody who planted what', () => {
    for (const file of files(committed)) {
      for (const { name } of truth.incidents)
        expect(text(committed, file).includes(name), `${name} in ${file}`).toBe(false);
    }
  });
});

describe('Zeek', () => {
  test('gives every row as many cells as #fields has names', () => {
    for (const file of files(fresh).filter((name) => name.startsWith('zeek') && !name.includes('2026-03-11'))) {
      const lines = text(fresh, file).trimEnd().split('\n');
      const names = lines.find((line) => line.startsWith('#fields'))?.split('\t').length ?? 0;
      for (const line of lines.filter((row) => !row.startsWith('#')))
        expect(line.split('\t').length, line).toBe(names - 1);
    }
  });

  test('has one connection row for each flow that it saw, and the bytes of the planted ones', () => {
    const rows = connections();
    expect(rows.size).toBe(truth.seenByNetwork);
    for (const incident of truth.incidents) {
      const own = told.filter(({ flow }) => flow.incident === incident.name).map(({ uid }) => rows.get(uid ?? ''));
      expect(own.length).toBe(incident.connections);
      expect(sum(own.map((row) => row?.sent)), incident.name).toBe(incident.bytesSent);
      expect(sum(own.map((row) => row?.received)), incident.name).toBe(incident.bytesReceived);
    }
  });

  test('leaves some byte counts unknown, and none of an unanswered attempt above 0', () => {
    const rows = [...connections().values()];
    expect(rows.some((row) => row.sent === null && row.state === 'OTH')).toBe(true);
    for (const row of rows) if (row.state === 'S0' || row.state === 'REJ') expect(row.sent ?? 0).toBe(0);
  });
});

describe('Defender', () => {
  test('has the event of every sighting, with the flow’s ports where the event is its own', () => {
    const events = networkEvents();
    for (const { flow, sighting } of told) {
      if (sighting === null) continue;
      const { deviceName, timestamp, reportId } = sighting.event;
      const event = events.get(`${deviceName} ${timestamp} ${reportId}`);
      expect(event, `${deviceName} ${timestamp} ${reportId}`).toBeDefined();
      expect(bare(event?.RemoteIP)).toBe(flow.remoteAddress);
      if (sighting.own) expect(Number(event?.LocalPort)).toBe(flow.localPort);
    }
  });

  test('never dates a connection before its process', () => {
    for (const event of networkEvents().values()) {
      const created = String(event.InitiatingProcessCreationTime ?? '');
      if (created === '') continue;
      expect(Date.parse(created) <= Date.parse(String(event.Timestamp)) + 1000, JSON.stringify(event)).toBe(true);
    }
  });

  test('is within a second or so of the flow, but for the device whose clock is an hour off', () => {
    for (const { flow, sighting } of told) {
      if (sighting === null || !sighting.own) continue;
      const late = Date.parse(sighting.event.timestamp) - flow.start / 1000;
      const clock = sighting.event.deviceName.startsWith('lf-ws-003') ? 3_600_000 : 0;
      expect(Math.abs(late - clock)).toBeLessThan(2_000);
    }
  });
});

test('plants what it says', () => {
  const size = (name: string) => truth.incidents.find((incident) => incident.name === name)?.bytesSent ?? 0;
  expect(truth.incidents.map(({ name }) => name)).toHaveLength(8);
  expect(size('mega-copy-tool')).toBeGreaterThan(5_500_000_000);
  expect(size('s3-foreign-bucket')).toBeGreaterThan(800_000_000);
  expect(size('telegram-document')).toBeLessThan(200_000);
  expect(size('paste-powershell')).toBeLessThan(14_000);
  for (const incident of truth.incidents)
    expect(incident.endpointEvents > 0).toBe(incident.name !== 'storage-box-gofile');
});

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** A file's text; what gzip makes of it differs between its versions. */
function text(folder: string, file: string): string {
  const bytes = readFileSync(join(folder, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

interface Connection {
  readonly state: string;
  readonly sent: number | null;
  readonly received: number | null;
}

function connections(): Map<string, Connection> {
  const rows = new Map<string, Connection>();
  for (const file of files(fresh).filter((name) => /conn\.log/.test(name))) {
    for (const line of text(fresh, file).trimEnd().split('\n')) {
      if (line.startsWith('#')) continue;
      if (line.startsWith('{')) {
        const row = JSON.parse(line);
        rows.set(row.uid, { state: row.conn_state, sent: row.orig_bytes ?? null, received: row.resp_bytes ?? null });
      } else {
        const cells = line.split('\t');
        rows.set(cells[1] ?? '', { state: cells[11] ?? '', sent: number(cells[9]), received: number(cells[10]) });
      }
    }
  }
  return rows;
}

function number(cell: string | undefined): number | null {
  return cell === undefined || cell === '-' ? null : Number(cell);
}

/** Every DeviceNetworkEvents row by its key, whichever form its day has. */
function networkEvents(): Map<string, Record<string, unknown>> {
  const events = new Map<string, Record<string, unknown>>();
  for (const file of files(fresh).filter((name) => /networkevents/i.test(name))) {
    for (const event of file.endsWith('.csv') ? csv(text(fresh, file)) : json(text(fresh, file))) {
      events.set(`${event.DeviceName} ${event.Timestamp} ${event.ReportId}`, event);
    }
  }
  return events;
}

function json(lines: string): Record<string, unknown>[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((record) => record.properties ?? { ...record, Timestamp: record.TimeGenerated });
}

function csv(lines: string): Record<string, unknown>[] {
  const [head = [], ...rows] = lines.trimEnd().split('\n').map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function bare(address: unknown): string {
  return String(address).replace(/^::ffff:/, '');
}

function sum(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);
}
