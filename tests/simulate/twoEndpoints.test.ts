import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../packages/weir/src/model/finding.ts';
import type { SensorName } from '../../packages/weir/src/simulate/simulate.ts';
import { scan } from '../../packages/weir/src/weir.ts';
import { content, plant, scenarios, wishesOf } from './planted.ts';

const told = scenarios.filter(({ name }) => ['rclone-cloud', 'webhook-posts', 'telegram-bot-archive'].includes(name));

/** What a scan of what these sensors saw finds, and the ids of its evidence that are no row's. */
async function found(
  sensors: readonly SensorName[],
): Promise<{ findings: readonly Finding[]; lost: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-endpoints-'));
  try {
    await plant(join(folder, 'logs'), wishesOf(0, told), sensors);
    const options = { paths: [join(folder, 'logs')], rules: [], content, workDirectory: join(folder, 'work') };
    const { result, extra } = await scan(options, ({ lake }) =>
      lake.engine.rows<{ id: string }>('SELECT "EventId" AS id FROM "DeviceNetworkEvents"'),
    );
    const ids = new Set(extra.map(({ id }) => id));
    const evidence = result.findings.flatMap(({ evidence }) => [...evidence.eventIds]);
    return { findings: result.findings, lost: evidence.filter((id) => !ids.has(id)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a second endpoint sensor neither doubles a finding nor what it counts', async () => {
  const stories = (findings: readonly Finding[]) =>
    findings.map(({ rule, entities, bytesSent, connections, evidence }) => ({
      rule: rule.name,
      device: entities.device,
      bytesSent,
      connections,
      rows: evidence.count,
    }));
  const one = await found(['defender', 'zeek']);
  const two = await found(['defender', 'sysmon', 'zeek']);
  expect(one.findings.length).toBeGreaterThan(2);
  expect(stories(two.findings)).toEqual(stories(one.findings));
  expect(two.lost).toEqual([]);
}, 240_000);
