import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { nodeDisk } from '../../../packages/weir/src/disk/nodeDisk.ts';
import { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { checkLake } from '../../../packages/weir/src/live/check.ts';
import { homePaths } from '../../../packages/weir/src/live/home.ts';
import { readInputs } from '../../../packages/weir/src/live/inputs.ts';
import { LiveLake } from '../../../packages/weir/src/live/liveLake.ts';
import type { Clock } from '../../../packages/weir/src/model/clock.ts';
import type { Finding } from '../../../packages/weir/src/model/finding.ts';
import { gapsOf } from '../../../packages/weir/src/schedule/gaps.ts';
import { ruleStates } from '../../../packages/weir/src/schedule/ruleState.ts';
import { Store } from '../../../packages/weir/src/store/store.ts';
import { checkTrail } from '../../../packages/weir/src/store/trail.ts';
import { deviceNetworkEvents, endpointConnections, networkFlows } from '../../../packages/weir/src/tables/index.ts';
import { scan } from '../../../packages/weir/src/weir.ts';
import { Broken } from './broken.ts';
import type { WorldKind } from './kinds.ts';
import { content, rules, type Told } from './options.ts';
import type { Delivery } from './sender.ts';
import type { Spool } from './spool.ts';

export interface Checked {
  readonly records: number;
  readonly findings: number;
}

export interface Ended {
  readonly kind: WorldKind;
  readonly home: string;
  readonly deliveries: readonly Delivery[];
  readonly spool: Spool | undefined;
  readonly told: Told;
  readonly clock: Clock;
  /** A folder for scratch. */
  readonly folder: string;
}

/** Counts what is there when everything is over. @throws Broken */
export async function check({ kind, spool, home, deliveries, told, clock, folder }: Ended): Promise<Checked> {
  const paths = homePaths(home);
  const store = Store.open(paths.store);
  const engine = await Engine.open({ memoryMb: 300, threads: 1, spillDirectory: join(folder, 'check-spill') });
  const lake = await LiveLake.open({ store, disk: nodeDisk, directory: paths.segments, clock });
  const snapshot = lake.snapshot();
  try {
    must('nothing unexpected was said', told.unexpected, []);
    must('no segment is lost', lake.lost, []);
    const { problems } = await checkLake({ paths, store, disk: nodeDisk, engine });
    must('the lake is whole', problems, []);
    const there = async (of: string) => (await engine.rows<{ id: string }>(of)).map(({ id }) => id).sort();
    const ids = [
      ...(await there(`SELECT "EventId" AS id FROM (${snapshot.rows(networkFlows)})`)),
      ...(await there(`SELECT 'port ' || "LocalPort" AS id FROM (${snapshot.rows(endpointConnections)})`)),
    ];
    const known = new Set(ids);
    const is = (delivery: Delivery) => delivery.acknowledged || delivery.records.some(({ id }) => known.has(id));
    const taken = [...deliveries.filter(is).flatMap(({ records }) => records), ...(spool?.records ?? [])];
    must('each acknowledged record is in the lake once', ids.sort(), taken.map(({ id }) => id).sort());
    const counted = readInputs(store).reduce((sum, { rows }) => sum + rows, 0);
    must('each record is counted once', counted, taken.length);

    if (kind === 'intake') return { records: taken.length, findings: 0 };
    const batch = await batchOf(taken, folder);
    const rowsOf = async (of: Engine, sql: string) =>
      (await of.rows<{ row: string }>(`SELECT to_json(r)::VARCHAR AS row FROM (${sql}) r ORDER BY 1`)).map(
        ({ row }) => row,
      );
    must(
      'rows are those of a scan',
      await rowsOf(engine, connections(`(${snapshot.rows(deviceNetworkEvents)})`)),
      batch.rows,
    );
    const alerts = store
      .statement(
        "SELECT event_ids_json, finding_json FROM alert JOIN alert_story ON alert = id WHERE state NOT IN ('withdrawn', 'merged')",
      )
      .all();
    must(
      'alerts are the findings of a scan',
      alerts
        .map(({ finding_json, event_ids_json }) =>
          plain(JSON.parse(String(finding_json)), JSON.parse(String(event_ids_json))),
        )
        .sort(),
      batch.findings,
    );
    must('the trail is whole', (await checkTrail(store)).faults, []);
    for (const { rule, looked } of ruleStates(store))
      if (taken.length > 0 && looked === undefined) throw new Broken(`rule ${rule} has looked at nothing`);
    must('no minute is unlooked at', gapsOf(store, { open: true }), []);
    const raised = store
      .statement(
        "SELECT alert, sum(cause = 'raised') AS raised, sum(cause = 'withdrawn') AS withdrawn FROM notice GROUP BY alert",
      )
      .all();
    for (const { alert, raised: n, withdrawn } of raised)
      if (Number(n) > Number(withdrawn) + 1) throw new Broken(`alert ${alert} was raised ${n} times`);
    const sent = store
      .statement("SELECT key FROM message WHERE state = 'sent'")
      .all()
      .map(({ key }) => String(key));
    must(
      'what counts as told was told',
      sent.filter((key) => !told.messages.has(key)),
      [],
    );
    return { records: taken.length, findings: batch.findings.length };
  } finally {
    snapshot.release();
    await lake.close();
    engine.close();
    store.close();
  }
}

function connections(of: string): string {
  return `SELECT * EXCLUDE ("ArrivedAt", "CommitSeq") FROM ${of}`;
}

/** What a scan of the same records makes of them. */
async function batchOf(
  records: readonly { readonly source: string; readonly line: string }[],
  folder: string,
): Promise<{ readonly rows: readonly string[]; readonly findings: readonly string[] }> {
  if (records.length === 0) return { rows: [], findings: [] };
  const [logs, workDirectory] = [join(folder, 'logs'), join(folder, 'scan')];
  mkdirSync(logs, { recursive: true });
  mkdirSync(workDirectory, { recursive: true });
  for (const [source, of] of Map.groupBy(records, ({ source }) => source))
    writeFileSync(join(logs, source), of.map(({ line }) => `${line}\n`).join(''));
  const options = { paths: [logs], content, workDirectory, rules: [rules] };
  const { result, extra } = await scan(options, async ({ lake }) =>
    lake.engine.rows<{ row: string }>(
      `SELECT to_json(r)::VARCHAR AS row FROM (${connections('"DeviceNetworkEvents"')}) r ORDER BY 1`,
    ),
  );
  return { rows: extra.map(({ row }) => row), findings: result.findings.map((finding) => plain(finding)).sort() };
}

/** What a finding says that does not hang on when it was found. */
function plain(finding: Finding, eventIds = finding.evidence.eventIds): string {
  const { rule, title, score, firstSeen, lastSeen, entities, bytesSent, connections } = finding;
  const said = [rule.name, title, score, firstSeen, lastSeen, entities.device, bytesSent, connections, ...eventIds];
  return said.join(' | ');
}

export function must(law: string, is: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(is, wanted)) return;
  const [a, b] = [list(is), list(wanted)];
  const missing = b.filter((each) => !a.includes(each));
  const surplus = a.filter((each) => !b.includes(each));
  const doubled = a.filter((each, index) => a.indexOf(each) !== index);
  const some = (what: string, of: readonly string[]) =>
    of.length === 0 ? '' : `\n  ${what} (${of.length}): ${of.slice(0, 3).join('\n    ')}`;
  throw new Broken(
    `it is not so that ${law}${some('missing', missing)}${some('surplus', surplus)}${some('more than once', doubled)}`,
  );
}

function list(of: unknown): string[] {
  return (Array.isArray(of) ? of : [of]).map((each) =>
    typeof each === 'string' ? each : JSON.stringify(each, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
  );
}
