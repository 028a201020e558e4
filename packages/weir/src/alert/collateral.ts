import { ticksPerDay } from '@weir/kql/types';
import { applyExceptions } from '../exceptions/apply.ts';
import { type Asked, askingAll, type FindingRow } from '../exceptions/holds.ts';
import type { Exception } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import { jsonLong } from '../report/harmless.ts';
import type { Store } from '../store/store.ts';
import { readLongs } from './findingJson.ts';

/** What an exception would hide of the alerts of the last 30 days, of all confirmed ones, and of the one that it is made
 *  for, however old that is. */
export interface Collateral {
  /** Numbers of alerts. */
  readonly hides: readonly number[];
  /** Those of them that a person has confirmed. */
  readonly confirmed: readonly number[];
  /** Why it would be refused, and the way out; empty where it would not. */
  readonly refusal: string;
}

/** Alerts that exceptions of some rules are held against. */
export interface Looked {
  /** Since when all are among them that were last seen then or later, ticks. */
  readonly since: bigint;
  /** Whether there were more than are looked at; the oldest are left out then. */
  readonly isCut: boolean;
  readonly alerts: readonly LookedAlert[];
}

interface LookedAlert {
  readonly verdict: unknown;
  /** Its id is the alert's: several alerts may have told one finding, and each is judged on its own. Without sample. */
  readonly finding: Finding;
  /** Which of the conditions hold, in their order, as a rule's run says: of the whole and of every facet that is known. */
  readonly holds: readonly boolean[];
}

/** So far back an exception is held against alerts, ticks. */
export const lookBack = 30n * ticksPerDay;
/** Of more alerts the latest are looked at, and all confirmed ones. */
const alertsMost = 20_000;
/** As many alerts as are read at once, and with their facets: what conditions see of one may be megabytes. */
const atOnce = { alerts: 200, withFacets: 20 };

/** Holds conditions against alerts. `rules`: null for all. `alert` is the one that an exception is made for. */
export async function lookedAt(
  store: Store,
  {
    rules,
    now,
    alert = null,
  }: { readonly rules: readonly string[] | null; readonly now: bigint; readonly alert?: number | null | undefined },
  conditions: readonly string[],
): Promise<Looked> {
  const since = now - lookBack;
  const ids = store
    .statement(`SELECT id FROM alert
      WHERE (id = ? OR state NOT IN ('merged', 'withdrawn') AND canary = 0 AND (last_seen >= ? OR verdict = 'true-positive'))
        AND (? IS NULL OR rule IN (SELECT value FROM json_each(?)))
      ORDER BY id = ? DESC, verdict IS 'true-positive' DESC, id DESC LIMIT ?`)
    .all(alert, since, ...twice(rules === null ? null : JSON.stringify(rules)), alert, alertsMost + 1)
    .map(({ id }) => Number(id));
  const alerts = await heldAgainst(store, ids.slice(0, alertsMost), conditions);
  return { since, isCut: ids.length > alertsMost, alerts };
}

/** Alerts that are gone meanwhile are left out. */
function heldAgainst(store: Store, ids: readonly number[], conditions: readonly string[]): Promise<LookedAlert[]> {
  return askingAll(conditions, async (asked) => {
    const looked: LookedAlert[] = [];
    for (const some of partsOf(ids, atOnce.alerts)) {
      const read = readSome(store, some, asked.columns);
      const wholes = await asked.of(read.map(({ whole }) => whole));
      const alerts = read.map((alert, index) => ({ ...alert, holds: wholes[index] ?? [] }));
      // What does not hold of the whole needs no facets.
      const held = alerts.filter(({ holds }) => holds.includes(true));
      for (const few of partsOf(held, atOnce.withFacets)) await narrowByFacets(store, few, asked);
      looked.push(...alerts.map(({ verdict, finding, holds }) => ({ verdict, finding, holds })));
    }
    return looked;
  });
}

interface ReadAlert extends Pick<LookedAlert, 'verdict' | 'finding'> {
  readonly id: number;
  /** The finding as conditions see it, in what they read of it. */
  readonly whole: FindingRow;
}

function readSome(store: Store, ids: readonly number[], columns: ReadonlySet<string>): ReadAlert[] {
  const stored = store
    .statement(`SELECT alert.id, alert.verdict, story.finding_json, story.columns_json
      FROM json_each(?) AS wanted JOIN alert ON alert.id = wanted.value JOIN alert_story AS story ON story.alert = alert.id
      ORDER BY wanted.key`)
    .iterate(JSON.stringify(ids));
  const read: ReadAlert[] = [];
  for (const { id, verdict, finding_json, columns_json } of stored) {
    const finding = readLongs<Finding>(String(finding_json));
    const whole: FindingRow = columns_json === null ? columnsOf(finding) : JSON.parse(String(columns_json));
    const evidence = { ...finding.evidence, eventIds: [], sample: [] };
    read.push({
      ...{ id: Number(id), verdict, finding: { ...finding, id: String(id), evidence } },
      whole: onlyOf(whole, columns),
    });
  }
  return read;
}

/** Takes away from `holds` what does not hold of each facet. */
async function narrowByFacets(
  store: Store,
  alerts: readonly (ReadAlert & { holds: boolean[] })[],
  asked: Asked,
): Promise<void> {
  const facets = alerts.flatMap((alert) => {
    const stored = store.statement('SELECT facets_json FROM alert_story WHERE alert = ?').get(alert.id);
    const told = JSON.parse(String(stored?.facets_json ?? '[]')) as readonly FindingRow[];
    const others = new Set(told.map((facet) => JSON.stringify(onlyOf(facet, asked.columns))));
    others.delete('{}');
    return [...others].map((facet) => ({ alert, row: { ...alert.whole, ...JSON.parse(facet) } as FindingRow }));
  });
  const held = await asked.of(facets.map(({ row }) => row));
  facets.forEach(({ alert }, index) => {
    alert.holds = alert.holds.map((holds, nth) => holds && held[index]?.[nth] === true);
  });
}

function onlyOf(row: FindingRow, columns: ReadonlySet<string>): FindingRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => columns.has(name)));
}

function* partsOf<Item>(items: readonly Item[], length: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += length) yield items.slice(from, from + length);
}

/** A confirmed alert, and what is another once its story is. */
export interface Confirmed {
  readonly id: number;
  readonly version: string;
}

/** Those that exceptions are held against, the latest first. */
export function confirmedAlerts(store: Store): Confirmed[] {
  return store
    .statement(`SELECT id, fingerprint, changed, entries FROM alert
      WHERE verdict = 'true-positive' AND state NOT IN ('merged', 'withdrawn') ORDER BY id DESC LIMIT ?`)
    .all(alertsMost)
    .map(({ id, fingerprint, changed, entries }) => ({
      id: Number(id),
      version: `${id} ${fingerprint} ${changed} ${entries}`,
    }));
}

/** Confirmed alerts that exceptions in force would hide, by the exception's id: without an override it hides none of their
 *  rule, however it was when it was made. Those that it would not are left out. */
export async function confirmedMet(
  store: Store,
  exceptions: readonly Exception[],
  ids: readonly number[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (ids.length === 0 || exceptions.length === 0) return new Map();
  const confirmed = await heldAgainst(
    store,
    ids,
    exceptions.map(({ when }) => when),
  );
  return new Map(
    exceptions.flatMap(({ id, rules, expires }, nth) => {
      const met = confirmed.filter(
        ({ finding, holds }) =>
          holds[nth] === true && finding.lastSeen < expires && (rules === null || rules.includes(finding.rule.id)),
      );
      return met.length === 0 ? [] : [[id, met.map(({ finding }) => Number(finding.id)).toReversed()] as const];
    }),
  );
}

/** `exception` is that of the conditions at this place. */
export function collateralOf({ alerts }: Looked, place: number, exception: Exception, now: bigint): Collateral {
  const confirmed = alerts.filter(({ verdict }) => verdict === 'true-positive');
  const { uses } = applyExceptions(
    alerts.map(({ finding }) => finding),
    new Map(alerts.map(({ finding, holds }) => [finding.id, holds[place] === true ? [exception.id] : []])),
    {
      exceptions: [exception],
      verdicts: confirmed.map(({ finding }) => ({
        verdict: 'true-positive',
        about: { finding: finding.id },
        by: '',
        note: '',
        place: '',
      })),
      rules: [...new Set(alerts.map(({ finding }) => finding.rule.id))],
      now,
    },
  );
  const numbers = (findings: readonly Finding[] = []) => findings.map(({ id }) => Number(id)).sort((a, b) => a - b);
  const [use] = uses;
  return { hides: numbers(use?.hides), confirmed: numbers(use?.confirmed), refusal: use?.why ?? '' };
}

/** What is known of a finding whose rule does not tell what conditions see. */
function columnsOf({ entities, techniques, ...finding }: Finding): FindingRow {
  const long = (value: bigint | null) => (value === null ? null : jsonLong(value));
  return {
    DeviceName: entities.device,
    AccountName: entities.account,
    Process: entities.process,
    FolderPath: entities.processFolder,
    CommandLines: entities.commandLine,
    ParentProcess: entities.parentProcess,
    Service: finding.service,
    ServiceCategory: finding.category,
    SubTechnique: techniques.find((each) => each.includes('.')) ?? '',
    RemoteHost: entities.destination,
    BytesSent: long(finding.bytesSent),
    BytesReceived: long(finding.bytesReceived),
    BytesKnown: finding.bytesKnown,
    Connections: finding.connections,
    FirstSeen: String(finding.firstSeen),
    LastSeen: String(finding.lastSeen),
    DurationSeconds: Number(finding.lastSeen - finding.firstSeen) / 1e7,
  };
}

function twice<Value>(value: Value): [Value, Value] {
  return [value, value];
}
