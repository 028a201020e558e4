import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Living, withCompany } from '../../bench/detection/lakes.ts';
import { play } from '../../bench/detection/play.ts';
import { sqlName, sqlText } from '../../packages/weir/src/engine/sql.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { deviceFileEvents, deviceNetworkEvents, deviceProcessEvents } from '../../packages/weir/src/tables/index.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const contestant = { name: '', rules: await loadRules([join(content, 'rules')]), exceptions: [], inventory: false };

async function inCompany(use: (living: Living) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-markers-'));
  try {
    await withCompany({ hosts: 30, days: 3, quiet: 1, seed: 8, tellings: 1, content }, folder, use);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What rules found, without the ids by which the benchmark knows what was planted. */
async function found(living: Living): Promise<string[]> {
  const { judged, failed } = await play(living, contestant);
  expect(failed).toEqual([]);
  return judged
    .map(({ finding: { finding, outcome, alertedAt } }) => {
      const { device, account, process, destination } = finding.entities;
      const { score, severity, firstSeen, lastSeen, bytesSent, connections } = finding;
      return [
        finding.rule.name,
        device,
        account,
        process,
        destination,
        outcome,
        alertedAt,
        score,
        severity,
        firstSeen,
        lastSeen,
        bytesSent,
        connections,
      ].join(' | ');
    })
    .sort();
}

/** Everything that could tell a planted row from another without being seen on the wire or by the endpoint as its doing:
 *  ids, their order, numbers of reports, hashes of files, and the words that stand for secrets in invented command lines. */
const hidden: Readonly<Record<string, string>> = {
  EventId: `'row-' || md5("EventId" || 'anew')`,
  EndpointEventId: `CASE WHEN "EndpointEventId" <> '' THEN 'row-' || md5("EndpointEventId" || 'anew') ELSE '' END`,
  ReportId: '"ReportId" * 7 % 99991',
  InitiatingProcessCommandLine: without('InitiatingProcessCommandLine'),
  ProcessCommandLine: without('ProcessCommandLine'),
  InitiatingProcessSHA256: `sha256("InitiatingProcessSHA256")`,
  SHA256: 'sha256("SHA256")',
};

function without(column: string): string {
  return `regexp_replace(${sqlName(column)}, 'REDACTED|EXAMPLE', 'c0ffee', 'g')`;
}

/** A planted row has every column that rows of everyday life have, and no other. */
async function looksLikeAnyOther({ lake, planted }: Living): Promise<void> {
  const ids = planted.flatMap(({ connections }) => connections.flatMap((each) => each.ids));
  await lake.engine.run(`CREATE TEMP TABLE planted AS SELECT unnest([${ids.map(sqlText).join(', ')}]) AS id`);
  const names = deviceNetworkEvents.stored.map(({ name }) => name);
  const filled = names.map((name) => `bool_or(coalesce(${sqlName(name)}::VARCHAR, '') <> '') AS ${sqlName(name)}`);
  const [everyday, theirs] = await Promise.all(
    ['NOT IN', 'IN'].map((is) =>
      lake.engine.rows(
        `SELECT ${filled.join(', ')} FROM "DeviceNetworkEvents" WHERE "EventId" ${is} (SELECT id FROM planted)`,
      ),
    ),
  );
  const [{ rows } = { rows: 0 }] = await lake.engine.rows<{ rows: number }>(
    'SELECT count(*)::INTEGER AS rows FROM "DeviceNetworkEvents" WHERE "EventId" IN (SELECT id FROM planted)',
  );
  expect(rows).toBe(ids.length);
  expect(theirs).toEqual(everyday);
}

test('rules find the same where nothing marks a planted row', { timeout: 240_000 }, async () => {
  await inCompany(async (living) => {
    await looksLikeAnyOther(living);
    const before = await found(living);
    expect(before.length).toBeGreaterThan(20);
    for (const table of [deviceNetworkEvents, deviceProcessEvents, deviceFileEvents]) {
      const changed = Object.entries(hidden).filter(([name]) => table.stored.some((column) => column.name === name));
      const columns = changed.map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
      await living.lake.replace(
        table,
        `SELECT * REPLACE (${columns.join(', ')}) FROM ${sqlName(table.name)} ORDER BY hash("EventId", 'order')`,
      );
    }
    expect(await found(living)).toEqual(before);
  });
});
