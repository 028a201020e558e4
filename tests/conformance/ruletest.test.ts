import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestedRule } from '../../packages/weir/src/model/ruleTest.ts';
import { ClickHouseProcess } from '../../packages/weir/src/ruletest/clickhouse.ts';
import { ruleTests } from '../../packages/weir/src/ruletest/ruleTests.ts';
import { smallCase } from '../cli/weir.ts';
import { chdbHome } from './clickhouse.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

describe.skipIf(!existsSync(chdbHome))("rules' tests on DuckDB and on ClickHouse", { timeout: 300_000 }, () => {
  let folder = '';
  let clickhouse: ClickHouseProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-engines-'));
    clickhouse = new ClickHouseProcess(join(chdbHome, 'node_modules', 'chdb'), {
      directory: join(folder, 'clickhouse'),
    });
  });
  afterAll(async () => {
    clickhouse.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (path: string): Promise<readonly TestedRule[]> =>
    (await ruleTests({ paths: [path], content, workDirectory: join(folder, 'work'), workers: 1, clickhouse })).rules;

  /** A rule with this query over an hour, and one test: two uploads, of which the rule tells. */
  const ruleOf = async (name: string, query: string, data: string): Promise<TestedRule> => {
    const lines = ['id: 00000000-0000-4000-8000-000000000001', 'name: Uploads', 'description: One.', 'severity: Low'];
    const schedule = ['kind: Scheduled', 'queryFrequency: 1h', 'queryPeriod: 1h', 'triggerOperator: gt'];
    await writeFile(
      join(folder, `${name}.yaml`),
      [...lines, ...schedule, 'triggerThreshold: 0', `query: ${query}`, ''].join('\n'),
    );
    await writeFile(
      join(folder, `${name}.tests.yaml`),
      `common: { DeviceName: ws-1, RemoteUrl: drop.example, InitiatingProcessFileName: curl.exe }
tests:
  - name: uploads are told
    ${data}
    expect: [{ device: ws-1, bytesSent: 12 }]
`,
    );
    const [tested = expect.fail('no rule')] = await run(join(folder, `${name}.yaml`));
    return tested;
  };
  const rows = `rows:
      - { Timestamp: 2026-03-02T09:00:00Z, BytesSent: 5 }
      - { Timestamp: 2026-03-02T09:10:00Z, BytesSent: 7, RemoteUrl: other.example }`;

  it('are told nothing of a query that stopped by the next one', async () => {
    const stops = "SELECT number, throwIf(number = 3, 'at three') FROM numbers(5) SETTINGS max_block_size = 1";
    await expect(clickhouse.ask(stops)).rejects.toThrow('at three');
    expect(await clickhouse.ask('SELECT 7 AS seven')).toMatchObject({ rows: [[7]] });
  });

  it("agree on Weir's own rules, each over every test of its own", async () => {
    const tested = await run(join(content, 'rules', 'exfiltration-service'));
    expect(tested.flatMap(({ tests }) => tests).length).toBeGreaterThan(5);
    for (const { tests, notOnClickHouse } of tested) {
      expect(notOnClickHouse).toBeUndefined();
      for (const { name, differences, run } of tests) {
        expect({ name, differences }).toEqual({ name, differences: [] });
        expect(run).toMatch(/; ClickHouse agrees at \d+ moments?$/);
      }
    }
  });

  it('are held against each other at every tick that is the first to see a row', async () => {
    const query =
      'DeviceNetworkEvents | where BytesSent > 0 | project Timestamp, DeviceName, BytesSent, Service, EventId';
    const { tests } = await ruleOf('each', query, rows);
    expect(tests).toMatchObject([{ differences: [], run: expect.stringMatching(/; ClickHouse agrees at 2 moments$/) }]);
  });

  it('differ where a result is another each time it is asked for, and say in which rows', async () => {
    const query =
      'DeviceNetworkEvents | where BytesSent > 0 | extend Ticket = tostring(new_guid()) | project Timestamp, DeviceName, BytesSent, Ticket, EventId';
    const { tests } = await ruleOf('volatile', query, rows);
    const [{ differences = [], run = '' } = {}] = tests;
    expect(differences.map(({ kind }) => kind)).toEqual(['engines', 'engines']);
    const row = expect.stringMatching(
      /^Timestamp: 2026-03-02T09:00:00.0000000Z, DeviceName: "ws-1", BytesSent: 5, Ticket: "/,
    );
    expect(differences[0]).toMatchObject({ duckdb: [row], clickhouse: [row] });
    expect(run).toMatch(/; ClickHouse differs at 2 of 2 moments$/);
  });

  it('are DuckDB alone where the dialect refuses the query, at its place and without a failure', async () => {
    const query =
      'DeviceNetworkEvents | summarize S = tdigest(BytesSent), EventId = take_any(EventId) by DeviceName | extend P = percentile_tdigest(S, 50) | project-away S';
    const { tests, notOnClickHouse, path } = await ruleOf('refused', query, rows);
    expect(notOnClickHouse).toMatchObject({ code: 'RULE_QUERY', at: { path, line: 10 } });
    expect(tests).toMatchObject([{ run: expect.not.stringContaining('ClickHouse') }]);
  });

  it('are held against each other over logs too', async () => {
    const { log, folder: logs } = smallCase();
    const query =
      'DeviceNetworkEvents | where RemotePort == 443 | summarize Sent = sum(BytesSent), Ids = make_set(EventId) by DeviceName';
    const { tests } = await ruleOf('logs', query, `files: [${log}]`);
    const [{ differences = [], run = '' } = {}] = tests;
    expect(differences.filter(({ kind }) => kind === 'engines' || kind === 'error')).toEqual([]);
    expect(run).toMatch(/; ClickHouse agrees at 2 moments$/);
    await rm(logs, { recursive: true });
  });
});
