import { expect, test } from 'vitest';
import { steadyClock } from '../api/clock.fixture.ts';
import { Queries } from '../api/query/queries.ts';
import { someTables } from '../api/query/tables.fixture.ts';
import { needs } from '../model/finding.ts';
import { sightOf } from './sight.ts';

const day = 864_000_000_000n;
const noon = 739_000n * day + day / 2n;

/** Device, bytes, program, service, days ago, whereto. */
const rows: readonly [string, number | null, string, string, number, string?][] = [
  ['a', 10, 'x.exe', 'Mega', 0],
  ['A', null, 'x.exe', 'Mega', 0],
  ['a', null, 'y.exe', '', 1],
  ['b', 5, '', '', 0],
  ['c', 5, '', 'Box', 0],
  ['', null, '', 'Box', 0],
  // Neither within one's own network nor of long ago.
  ['d', 5, 'x.exe', '', 0, 'Private'],
  ['e', 5, 'x.exe', 'Mega', 2],
  // Nor of a canary.
  ['Canary-1', 5, 'x.exe', 'Mega', 0],
];

test('sight is of connections that left yesterday or today, with everything that a rule needs', async () => {
  const values = rows.map(
    ([device, bytes, program, service, ago, type = 'Public']) =>
      `('${device}', ${bytes}, '${program}', '${service}', ${noon - BigInt(ago) * day}, '${type}')`,
  );
  const tables = await someTables({
    columns: [
      ...['DeviceName', 'BytesSent', 'InitiatingProcessFileName', 'Service', 'Timestamp', 'EvidenceTime', 'ArrivedAt'],
      ...['RemoteIPType', 'ActionType', 'FusionRule', 'Fusion', 'RegistrableDomain', 'RemoteHostSource', 'RemoteIP'],
    ],
    select: `SELECT device AS "DeviceName", bytes::BIGINT AS "BytesSent", program AS "InitiatingProcessFileName",
        service AS "Service", happened AS "Timestamp", happened AS "EvidenceTime", happened AS "ArrivedAt", type AS "RemoteIPType",
        'ConnectionSuccess' AS "ActionType", '' AS "FusionRule", if(bytes IS NULL, 'endpoint', 'fused') AS "Fusion",
        '' AS "RegistrableDomain", '' AS "RemoteHostSource", '1.1.1.1' AS "RemoteIP"
      FROM (VALUES ${values.join(', ')}) AS rows(device, bytes, program, service, happened, type)`,
  });
  const { directory, spillDirectory, snapshot } = tables;
  const queries = new Queries({
    ...{ directory, spillDirectory, snapshot, clock: { ...steadyClock(), now: () => noon } },
    ...{ watchlists: [], prepare: [], onCrash: () => undefined },
    limits: { atOnce: 1, memoryMb: 200, threads: 1, spillMb: 20, time: 300_000_000n, rows: 50 },
  });
  try {
    const { sees, ...sight } = await sightOf(queries, ['one', 'two'], new Set(['canary-1', 'canary-2']));
    expect(sight).toEqual({
      ...{ from: 738_999n * day, until: noon, connections: 6, devices: 3 },
      needs: [
        { need: 'bytes', known: 3, blind: { devices: 0, most: [] } },
        { need: 'process', known: 3, blind: { devices: 2, most: ['b', 'c'] } },
        { need: 'name', known: 4, blind: { devices: 1, most: ['b'] } },
      ],
      fusion: [
        { told: 'endpoint', connections: 2 },
        { told: 'flow', connections: 0 },
        { told: 'fused', connections: 4 },
      ],
    });
    expect([
      sees([]),
      sees(['bytes']),
      sees([...needs]),
      sees([['bytes', 'process']]),
      sees(['name', ['bytes', 'process']]),
    ]).toEqual([6, 3, 1, 5, 3]);
  } finally {
    await queries.close();
    await tables.remove();
  }
});
