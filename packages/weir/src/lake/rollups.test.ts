import { expect, it } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import { deviceNetworkEvents, rollups } from '../tables/index.ts';
import { settleRollups } from './rollups.ts';

const day = 864_000_000_000n;

it('reckoned once, a rollup has the rows and types that it has as a view', () =>
  withScratchLake(async (lake) => {
    const select = `SELECT 'd' || range % 3 AS "DeviceName", 'success' AS "FusionRule", 'ConnectionSuccess' AS "ActionType",
        CASE WHEN range % 5 = 0 THEN NULL ELSE range END AS "BytesSent",
        ${700_000n * day} + range * ${day / 4n} AS "Timestamp", ${700_000n * day} + range * ${day / 4n} AS "EvidenceTime",
        'a.example' AS "RemoteHost", 'Public' AS "RemoteIPType", CASE WHEN range % 2 = 0 THEN 'chat' ELSE '' END AS "ProgramKind"
      FROM range(100)`;
    const columns =
      'DeviceName FusionRule ActionType BytesSent Timestamp EvidenceTime RemoteHost RemoteIPType ProgramKind'.split(
        ' ',
      );
    await lake.append(deviceNetworkEvents, select, columns);
    const told = () =>
      Promise.all(
        rollups.map(async ({ name }) => [
          await lake.engine.rows(`FROM main."${name}" ORDER BY ALL`),
          await lake.engine.rows(`SELECT column_name, column_type FROM (DESCRIBE main."${name}")`),
        ]),
      );
    const before = await told();
    for (const [rows = []] of before) expect(rows.length).toBeGreaterThan(20);
    await settleRollups(lake);
    expect(await told()).toEqual(before);
  }));
