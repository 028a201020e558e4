import { describe, expect, test } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { withIntake } from '../intake/intake.ts';
import { sharedPath } from '../shared.ts';
import { catalogue } from './fused.ts';

interface Row {
  readonly port: number;
  readonly sent: number | null;
  readonly received: number | null;
  readonly source: string;
  readonly others: string | null;
}

function fusedRows(paths: readonly string[]): Promise<Row[]> {
  return withIntake(
    paths,
    async ({ lake }) => {
      await fuse(lake, { catalogue });
      return lake.engine.rows<Row>(
        `SELECT "LocalPort" AS port, "BytesSent"::DOUBLE AS sent, "BytesReceived"::DOUBLE AS received, "BytesSource" AS source,
           "OtherFlows"::VARCHAR AS others
         FROM "DeviceNetworkEvents" WHERE "Protocol" = 'Tcp' ORDER BY ALL`,
      );
    },
    { withoutRejects: true },
  );
}

const total = (rows: readonly Row[]) => rows.reduce((sum, { sent }) => sum + (sent ?? 0), 0);

/** One capture, by two sensors of which one leaves out offloaded frames. */
const zeek = sharedPath('telemetry', 'zeek', 'apt29_day2', 'UTICA-C_conn.log');
const suricata = sharedPath('telemetry', 'suricata', 'apt29_day2_UTICA-C.eve.json');

describe.skipIf(!zeek || !suricata)('Zeek and Suricata on one capture', () => {
  test('are one row a connection, with Zeek’s bytes and Suricata’s beside them', async () => {
    const both = await fusedRows([zeek as string, suricata as string]);
    const alone = await fusedRows([zeek as string]);
    expect(both.map(({ others, ...row }) => row)).toEqual(alone.map(({ others, ...row }) => row));
    const uploads = both.filter(({ port }) => [61399, 61408, 61409].includes(port));
    expect(uploads.map(({ sent, received }) => [sent, received])).toEqual([
      [4000, 1681],
      [649, 814_338],
      [2364, 320],
    ]);
    expect(both.filter(({ others }) => others === null)).toEqual([]);
  });
});

/** One collector's flows: one row a direction, and pairs. */
const oneWay = sharedPath('telemetry', 'netflow', 'apt29_day2_NEWYORK.nfdump.csv');
const pairs = sharedPath('telemetry', 'netflow', 'apt29_day2_NEWYORK.nfdump-biflow.csv');

describe.skipIf(!oneWay || !pairs)('nfdump’s rows of one direction', () => {
  test('are the pairs that nfdump itself makes of them, and with those are counted once', async () => {
    const ofPairs = await fusedRows([pairs as string]);
    expect(await fusedRows([oneWay as string])).toEqual(ofPairs);
    const both = await fusedRows([oneWay as string, pairs as string]);
    expect(both.length).toBe(ofPairs.length);
    expect(total(both)).toBe(total(ofPairs));
  });
});
