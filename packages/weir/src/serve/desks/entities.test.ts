import { expect, test } from 'vitest';
import { steadyClock } from '../../api/clock.fixture.ts';
import { Queries } from '../../api/query/queries.ts';
import { someTables } from '../../api/query/tables.fixture.ts';
import { sqlText } from '../../engine/sql.ts';
import { entityDesk } from './entities.ts';

const day = 864_000_000_000n;
const today = 739_000n * day;
const present = today + day / 2n;
const hostile = `x" or true // '\u202e\\`;

/** Device, program, service, domain, bytes, days ago. */
const rows: readonly [string, string, string, string, number | null, number][] = [
  ['ws-1', 'Chrome.exe', 'Mega', 'mega.nz', 100, 0],
  ['WS-1', 'chrome.exe', 'Mega', 'mega.nz', 30, 1],
  ['ws-1', 'chrome.exe', '', 'example.org', null, 1],
  ['ws-1', 'rclone.exe', 'Mega', 'mega.nz', null, 2],
  ['ws-1', 'rclone.exe', 'Mega', 'mega.nz', 50, 30],
  ['ws-1', 'rclone.exe', 'Mega', 'mega.nz', 7_000, 31],
  [hostile, 'x.exe', 'Box', 'box.com', 5, 3],
  ['ws-2', 'x.exe', 'Box', 'box.com', 6, 3],
];

async function withDesk(use: (desk: ReturnType<typeof entityDesk>) => Promise<void>): Promise<void> {
  const values = rows.map(
    ([device, program, service, domain, bytes, ago]) =>
      `(${sqlText(device)}, '${program}', '${service}', '${domain}', ${bytes}, ${present - BigInt(ago) * day})`,
  );
  const tables = await someTables({
    columns: [
      ...['DeviceName', 'InitiatingProcessFileName', 'Service', 'RegistrableDomain', 'BytesSent', 'Timestamp'],
      ...['EvidenceTime', 'ArrivedAt', 'AccountName', 'RemoteIPType', 'ActionType'],
    ],
    select: `SELECT device AS "DeviceName", program AS "InitiatingProcessFileName", service AS "Service",
        domain AS "RegistrableDomain", bytes::BIGINT AS "BytesSent", happened AS "Timestamp", happened AS "EvidenceTime",
        happened AS "ArrivedAt", '' AS "AccountName", 'Public' AS "RemoteIPType", 'ConnectionSuccess' AS "ActionType"
      FROM (VALUES ${values.join(', ')}) AS of(device, program, service, domain, bytes, happened)`,
  });
  const { directory, spillDirectory, snapshot } = tables;
  const queries = new Queries({
    ...{ directory, spillDirectory, snapshot, clock: steadyClock(), watchlists: [], prepare: [] },
    onCrash: () => undefined,
    limits: { atOnce: 1, memoryMb: 200, threads: 1, spillMb: 20, time: 300_000_000n, rows: 500 },
  });
  try {
    await use(entityDesk({ queries, oldest: () => today - 31n * day }));
  } finally {
    await queries.close();
    await tables.remove();
  }
}

test('an entity is told by its days, what is usual before the one that is looked at, and what it deals with', () =>
  withDesk(async (desk) => {
    const ask = (kind: 'device' | 'account' | 'process' | 'service', name: string, at = present) =>
      desk.get({ kind, name, at, present }, { id: 'q', who: 'ada' }, new AbortController().signal);
    const all = (n: number) => ({ connections: n, bytesKnown: n });
    const device = await ask('device', 'ws-1');
    expect(device).toMatchObject({
      ...{ from: today - 30n * day, until: today + day, looked: today, oldest: today - 31n * day },
      ...{ firstSeen: present - 30n * day, lastSeen: present },
      days: [
        { day: today - 30n * day, bytesSent: 50n, ...all(1) },
        { day: today - 2n * day, bytesSent: null, connections: 1, bytesKnown: 0 },
        { day: today - day, bytesSent: 30n, connections: 2, bytesKnown: 1 },
        { day: today, bytesSent: 100n, ...all(1) },
      ],
      usual: { days: 2, median: 40n, p90: 50n, isLearning: true },
      services: [
        { name: 'Mega', isService: true, bytesSent: 180n, connections: 4, bytesKnown: 3, days: 4 },
        { name: 'example.org', isService: false, bytesSent: null, connections: 1, bytesKnown: 0, days: 1 },
      ],
      devices: [],
      processes: [
        { name: 'chrome.exe', bytesSent: 130n },
        { name: 'rclone.exe', bytesSent: 50n },
      ],
    });

    // A day of the past is compared with those before it, and a week after it is told.
    const past = await ask('device', 'ws-1', present - 2n * day);
    expect(past.usual).toMatchObject({ days: 2, median: 3_525n, p90: 7_000n });
    expect(past.days.map((each) => each.day)).toContain(today);

    // A name is a name, whatever it says; also as a page shows it.
    for (const name of [hostile, hostile.replace('\u202e', '\\u{202e}')])
      expect((await ask('device', name)).days).toMatchObject([{ bytesSent: 5n }]);
    expect(await ask('process', 'X.EXE')).toMatchObject({
      days: [{ bytesSent: 11n }],
      devices: [{ name: 'ws-2' }, { name: expect.stringContaining('or true') }],
      processes: [],
    });
    expect(await ask('service', 'nowhere')).toMatchObject({ days: [], firstSeen: null, usual: { median: null } });
  }));
