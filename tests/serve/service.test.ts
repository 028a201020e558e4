import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machineClock } from '../../packages/weir/src/cli/clock.ts';
import { destinationsFile } from '../../packages/weir/src/notify/config.ts';
import { loadConfig } from '../../packages/weir/src/operate/config/load.ts';
import { createLog } from '../../packages/weir/src/operate/log.ts';
import { machine } from '../../packages/weir/src/serve/machine.ts';
import { type Service, startService } from '../../packages/weir/src/serve/service.ts';

let home: string;
let service: Service;
const lines: string[] = [];

async function start(): Promise<Service> {
  const loaded = await loadConfig(join(home, 'weir.yaml'), { destinations: destinationsFile });
  return startService({
    ...{ home, config: loaded.config, place: loaded.place, content: join(import.meta.dirname, '../../content') },
    ...{ clock: machineClock, random: (bytes) => randomBytes(bytes), environment: {}, machine, console: undefined },
    log: createLog({ level: 'info', clock: machineClock, write: (line) => lines.push(line) }),
  });
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-service-'));
  const inventory = `watchlists:\n  - name: vips\n    searchKey: account\n    rows:\n      - { account: ada, floor: "3" }\n`;
  await writeFile(join(home, 'inventory.yaml'), inventory);
  await writeFile(join(home, 'weir.yaml'), 'listen: 127.0.0.1:0\ninventory: inventory.yaml\nqueries: { atOnce: 1 }\n');
  service = await start();
});
afterAll(async () => {
  await service.stop();
  await rm(home, { recursive: true, force: true });
});

async function ask(method: string, path: string, body: unknown, headers: Record<string, string>) {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json && text !== '' ? JSON.parse(text) : text };
}

test('from the first link to an answer about what was sent, over a restart', async () => {
  const link = service.welcome;
  const taken = await ask('POST', '/api/links/accept', { link, name: 'ada', password: 'correct horse battery' }, {});
  const cookie = /^[^;]+/.exec(taken.headers.getSetCookie()[0] ?? '')?.[0] ?? '';
  const page = { cookie, 'sec-fetch-site': 'same-origin' };
  expect((await ask('GET', '/api/me', undefined, page)).body).toMatchObject({ name: 'ada', role: 'admin' });
  const made = await ask('POST', '/api/tokens', { name: 'sensor', scopes: ['ingest'], expires: null }, page);
  const authorization = `Bearer ${made.body.secret}`;

  const connection = {
    ...{ ts: Date.now() / 1000, uid: 'C1', 'id.orig_h': '10.0.0.5', 'id.orig_p': 50_000, 'id.resp_h': '203.0.113.7' },
    ...{
      'id.resp_p': 443,
      proto: 'tcp',
      orig_bytes: 4_321,
      resp_bytes: 200,
      conn_state: 'SF',
      duration: 1.5,
      service: 'ssl',
    },
  };
  const sent = () =>
    fetch(`${service.url}/ingest/conn.log`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-ndjson' },
      body: `${JSON.stringify(connection)}\n`,
    });
  expect((await fetch(`${service.url}/ingest/conn.log`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect((await sent()).status).toBeLessThan(300);

  const rowsOf = async (kql: string): Promise<unknown[][]> => {
    const { status, body } = await ask('POST', '/api/queries', { id: 'q', kql }, page);
    expect(body, JSON.stringify(body)).toMatchObject({ rows: expect.anything() });
    expect(status).toBe(200);
    return body.rows;
  };
  const flows = 'NetworkFlows | summarize n = count(), sent = sum(BytesSent)';
  const arrived = async () => {
    for (let rows = await rowsOf(flows); ; rows = await rowsOf(flows)) {
      if (rows[0]?.[0] !== 0) return rows;
      await setTimeout(100);
    }
  };
  expect(await arrived()).toEqual([[1, 4_321]]);
  expect(await rowsOf("_GetWatchlist('vips') | project SearchKey, floor")).toEqual([['ada', '3']]);

  expect((await ask('GET', '/api/sources', undefined, page)).body.sources).toMatchObject([
    { source: 'conn.log', records: 1, rows: 1, rejects: 0, state: 'ok' },
  ]);
  expect((await ask('GET', '/api/rules', undefined, page)).body.rules.length).toBeGreaterThan(3);
  const { techniques } = (await ask('GET', '/api/coverage', undefined, page)).body;
  expect(techniques.map(({ technique }: { technique: string }) => technique)).toContain('T1567.002');
  expect((await ask('GET', '/readyz', undefined, {})).status).toBe(200);
  const measured = (await ask('GET', '/metrics', undefined, page)).body;
  expect(measured).toMatch(/^weir_source_rows_total\{door="[^"]+",source="conn.log"\} 1$/m);
  expect(measured).toMatch(/^weir_lake_rows\{table="NetworkFlows"\} 1$/m);
  expect(measured).toMatch(/^weir_ready 1$/m);
  for (const step of ['journal', 'lake']) expect(measured).toContain(`weir_way_seconds_count{step="${step}"} 1\n`);
  expect((await ask('GET', '/nothing', undefined, page)).body.code).toBe('PATH_UNKNOWN');

  await service.stop();
  // Whoever made the home may have left it open: logs are in its folders.
  await chmod(join(home, 'segments'), 0o755);
  service = await start();
  for (const { name } of (await readdir(home, { withFileTypes: true })).filter((one) => one.isDirectory()))
    expect([name, ((await stat(join(home, name))).mode & 0o777).toString(8)]).toEqual([name, '700']);
  expect(service.welcome).toBeUndefined();
  expect((await ask('GET', '/api/me', undefined, page)).body.name).toBe('ada');
  expect(await arrived()).toEqual([[1, 4_321]]);
  expect(lines.filter((line) => JSON.parse(line).level === 'error')).toEqual([]);
  expect(lines.join('')).not.toContain(made.body.secret);
});
