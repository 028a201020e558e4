import type { EntityKind, KeptEvidence } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import { jsonText } from '../report/harmless.ts';
import type { Store } from '../store/store.ts';
import { findingJson, readLongs } from './findingJson.ts';
import type { Story } from './stories.ts';

/** Gives an alert the ids of a story, and those of its other alerts. */
export function namedBy(store: Store, rule: string, { told, alerts }: Story, alert: number): void {
  for (const { id } of alerts)
    if (id !== alert) store.statement('UPDATE alert_finding SET alert = ? WHERE alert = ?').run(alert, id);
  for (const id of [told.finding.id, ...(told.aliases ?? [])])
    store
      .statement(`INSERT INTO alert_finding (rule, finding, alert) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET alert = excluded.alert WHERE alert <> excluded.alert`)
      .run(rule, id, alert);
}

/** The finding as an alert last told it: its evidence without ids, with the rows of its sample. */
export function storedFinding(store: Store, alert: number): Finding {
  const row = store.statement('SELECT finding_json FROM alert_story WHERE alert = ?').get(alert);
  if (row === undefined) throw new Error(`alert ${alert} has no story`);
  return readLongs(String(row.finding_json));
}

export function storedEvidence(store: Store, alert: number): KeptEvidence | undefined {
  const row = store
    .statement('SELECT evidence_count, event_ids_json, rows_json FROM alert_story WHERE alert = ?')
    .get(alert);
  if (row === undefined) return undefined;
  return {
    count: Number(row.evidence_count),
    eventIds: JSON.parse(String(row.event_ids_json)),
    rows: JSON.parse(String(row.rows_json)),
  };
}

/** Writes what an alert says and what bears it out. */
export function storeStory(
  store: Store,
  alert: number,
  {
    finding,
    evidence,
    columns,
    facets = [],
  }: {
    readonly finding: Finding;
    readonly evidence: KeptEvidence;
    readonly columns: Story['told']['columns'];
    readonly facets: Story['told']['facets'];
  },
): void {
  store
    .statement(`INSERT OR REPLACE INTO alert_story
      (alert, finding_json, evidence_count, event_ids_json, rows_json, columns_json, facets_json)
      VALUES (?, ?, ?, ?, ?, ?, ?)`)
    .run(
      alert,
      findingJson(finding, finding.evidence.sample),
      evidence.count,
      JSON.stringify(evidence.eventIds),
      jsonText(evidence.rows),
      columns === undefined ? null : jsonText(short(columns)),
      jsonText(facets.map(short)),
    );
  const wanted = entitiesOf(finding).map(({ kind, value }) => `${kind} ${value}`);
  const had = store.statement("SELECT kind || ' ' || value AS entity FROM alert_entity WHERE alert = ?").all(alert);
  if (had.length === wanted.length && had.every(({ entity }) => wanted.includes(String(entity)))) return;
  store.statement('DELETE FROM alert_entity WHERE alert = ?').run(alert);
  for (const { kind, value } of entitiesOf(finding))
    store.statement('INSERT INTO alert_entity (kind, value, alert) VALUES (?, ?, ?)').run(kind, value, alert);
}

/** All command lines of a story are one text, which may be of any length. */
const textMost = 100_000;

function short(columns: NonNullable<Story['told']['columns']>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, textMost) : value,
    ]),
  );
}

/** Whom and what a finding is about, in lower case, each once. */
export function entitiesOf({ entities, service, services }: Finding): { kind: EntityKind; value: string }[] {
  const { device, account, process, destination } = entities;
  const single = { device, account, process, destination };
  const named = [
    ...Object.entries(single).map(([kind, value]) => [kind as EntityKind, value] as const),
    ...[service, ...services].map((value) => ['service', value] as const),
  ];
  const unique = new Map(
    named.map(([kind, value]) => [`${kind} ${value.toLowerCase()}`, { kind, value: value.toLowerCase() }]),
  );
  return [...unique.values()].filter(({ value }) => value !== '');
}
