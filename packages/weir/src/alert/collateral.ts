import { ticksPerDay } from '@weir/kql/types';
import { applyExceptions } from '../exceptions/apply.ts';
import { type FindingRow, holdsForEach } from '../exceptions/holds.ts';
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
  readonly alerts: readonly {
    readonly id: string;
    readonly verdict: unknown;
    readonly finding: Finding;
    /** The finding as conditions see it, as a whole first and then by each facet that is known. */
    readonly rows: readonly FindingRow[];
  }[];
}

/** So far back an exception is held against alerts, ticks. */
export const lookBack = 30n * ticksPerDay;
/** Of more alerts the latest are looked at, and all confirmed ones. */
const alertsMost = 20_000;

/** `rules`: null for all. `alert` is the one that an exception is made for. */
export function lookedAt(
  store: Store,
  {
    rules,
    now,
    alert = null,
  }: { readonly rules: readonly string[] | null; readonly now: bigint; readonly alert?: number | null | undefined },
): Looked {
  const since = now - lookBack;
  const rows = store
    .statement(`SELECT alert.id, alert.verdict, story.finding_json, story.columns_json, story.facets_json
      FROM alert JOIN alert_story AS story ON story.alert = alert.id
      WHERE (alert.id = ? OR alert.state NOT IN ('merged', 'withdrawn') AND alert.canary = 0
          AND (alert.last_seen >= ? OR alert.verdict = 'true-positive'))
        AND (? IS NULL OR alert.rule IN (SELECT value FROM json_each(?)))
      ORDER BY alert.id = ? DESC, alert.verdict IS 'true-positive' DESC, alert.id DESC LIMIT ?`)
    .all(alert, since, ...twice(rules === null ? null : JSON.stringify(rules)), alert, alertsMost + 1);
  const alerts = rows.slice(0, alertsMost).map(lookedOf);
  return { since, isCut: rows.length > alertsMost, alerts };
}

function lookedOf(stored: Record<string, unknown>): Looked['alerts'][number] {
  const { id, verdict, finding_json, columns_json, facets_json } = stored;
  const finding = readLongs<Finding>(String(finding_json));
  const whole: FindingRow = columns_json === null ? columnsOf(finding) : JSON.parse(String(columns_json));
  const facets = JSON.parse(String(facets_json)) as readonly FindingRow[];
  // Several alerts may have told one finding: each is judged on its own.
  return {
    id: String(id),
    verdict,
    finding: { ...finding, id: String(id) },
    rows: [whole, ...facets.map((facet) => ({ ...whole, ...facet }))],
  };
}

/** Confirmed alerts that exceptions in force would hide, by the exception's id: without an override it hides none of their
 *  rule, however it was when it was made. Those that it would not are left out. */
export async function confirmedMet(
  store: Store,
  exceptions: readonly Exception[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const confirmed = store
    .statement(`SELECT alert.id, alert.verdict, story.finding_json, story.columns_json, story.facets_json
      FROM alert JOIN alert_story AS story ON story.alert = alert.id
      WHERE alert.verdict = 'true-positive' AND alert.state NOT IN ('merged', 'withdrawn')
      ORDER BY alert.id DESC LIMIT ?`)
    .all(alertsMost)
    .map(lookedOf);
  const held = await heldBy(
    exceptions.map(({ when }) => when),
    confirmed,
  );
  return new Map(
    exceptions.flatMap(({ id, rules, expires }, nth) => {
      const met = confirmed.filter(
        ({ finding }, index) =>
          held[nth]?.[index] === true &&
          finding.lastSeen < expires &&
          (rules === null || rules.includes(finding.rule.id)),
      );
      return met.length === 0 ? [] : [[id, met.map((each) => Number(each.id)).toReversed()] as const];
    }),
  );
}

/** For each condition, of which alerts it holds: as a rule's run says, of the whole and of every facet. */
async function heldBy(conditions: readonly string[], alerts: Looked['alerts']): Promise<boolean[][]> {
  const each = await holdsForEach(
    conditions,
    alerts.flatMap(({ rows }) => rows),
  );
  return each.map((held) => {
    let next = 0;
    return alerts.map(({ rows }) => {
      const own = held.slice(next, next + rows.length);
      next += rows.length;
      return own.every((holds) => holds);
    });
  });
}

export async function collateralOf({ alerts }: Looked, exception: Exception, now: bigint): Promise<Collateral> {
  const [held = []] = await heldBy([exception.when], alerts);
  const confirmed = alerts.filter(({ verdict }) => verdict === 'true-positive');
  const { uses } = applyExceptions(
    alerts.map(({ finding }) => finding),
    new Map(alerts.map(({ id }, index) => [id, held[index] === true ? [exception.id] : []])),
    {
      exceptions: [exception],
      verdicts: confirmed.map(({ id }) => ({
        verdict: 'true-positive',
        about: { finding: id },
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
