import type { Finding } from '../model/finding.ts';
import type { Store } from '../store/store.ts';
import { findingOfText, findingText } from './findingText.ts';
import type { Episode, StoryOf } from './identity.ts';

/** A story as it was last told. */
export interface ToldEpisode extends Episode {
  readonly fingerprint: string;
  readonly finding: Finding;
  /** Ids of the exceptions whose condition holds for it, and of those that hide it. */
  readonly holds: readonly string[];
  readonly hiddenBy: readonly string[];
  readonly revision: string;
}

/** The stories of a rule with these keys, standing or withdrawn, in the order in which their ids were given. */
export function episodesOf(store: Store, rule: string, keys: readonly (readonly string[])[]): ToldEpisode[] {
  const statement = store.statement(
    "SELECT * FROM episode WHERE rule = ? AND key = ? AND state IN ('standing', 'withdrawn') ORDER BY given",
  );
  const rows = keys.flatMap((key) => statement.all(rule, JSON.stringify(key)));
  return rows.toSorted((a, b) => Number(a.given) - Number(b.given)).map(episodeOf);
}

/** All that are not over for good. */
export function allEpisodes(store: Store, rule: string): ToldEpisode[] {
  return store
    .statement("SELECT * FROM episode WHERE rule = ? AND state IN ('standing', 'withdrawn') ORDER BY given")
    .all(rule)
    .map(episodeOf);
}

/** All that stand. */
export function standingEpisodes(store: Store, rule: string): ToldEpisode[] {
  return store
    .statement("SELECT * FROM episode WHERE rule = ? AND state = 'standing' ORDER BY given")
    .all(rule)
    .map(episodeOf);
}

/** Keys and times of those that stand: of these keys, or of all where none are given. */
export function standingStories(store: Store, rule: string, keys?: readonly (readonly string[])[]): StoryOf[] {
  const sql = "SELECT key, first_seen, last_seen FROM episode WHERE rule = ? AND state = 'standing'";
  const ofKey = store.statement(`${sql} AND key = ?`);
  const rows =
    keys === undefined ? store.statement(sql).all(rule) : keys.flatMap((key) => ofKey.all(rule, JSON.stringify(key)));
  return rows.map((row) => ({
    key: JSON.parse(String(row.key)),
    firstSeen: row.first_seen as bigint,
    lastSeen: row.last_seen as bigint,
  }));
}

/** Ids that the same story has had. */
export function aliasesOf(store: Store, id: string): string[] {
  const rows = store.statement('SELECT id FROM episode WHERE alias_of = ? ORDER BY given').all(id);
  return rows.map((row) => String(row.id));
}

export function isGiven(store: Store, id: string): boolean {
  return store.statement('SELECT 1 FROM episode WHERE id = ?').get(id) !== undefined;
}

/** Writes a story down as it is told now. */
export function tell(
  store: Store,
  rule: string,
  { id, key, finding, ...told }: Omit<ToldEpisode, 'standing' | 'firstSeen' | 'lastSeen'>,
): void {
  store
    .statement(`INSERT INTO episode (rule, id, key, first_seen, last_seen, state, fingerprint, finding, holds, hidden_by, revision)
      VALUES (?, ?, ?, ?, ?, 'standing', ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET key = excluded.key, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
        state = 'standing', fingerprint = excluded.fingerprint, finding = excluded.finding, holds = excluded.holds,
        hidden_by = excluded.hidden_by, revision = excluded.revision`)
    .run(
      rule,
      id,
      JSON.stringify(key),
      finding.firstSeen,
      finding.lastSeen,
      told.fingerprint,
      findingText(finding),
      JSON.stringify(told.holds),
      JSON.stringify(told.hiddenBy),
      told.revision,
    );
}

/** Those that stand and ended before a time. */
export function settledEpisodes(store: Store, rule: string, before: bigint): ToldEpisode[] {
  return store
    .statement("SELECT * FROM episode WHERE rule = ? AND state = 'standing' AND last_seen < ? ORDER BY given")
    .all(rule, before)
    .map(episodeOf);
}

/** Marks a story as over for good. */
export function settle(store: Store, id: string): void {
  store.statement("UPDATE episode SET state = 'settled' WHERE id = ?").run(id);
}

export function withdraw(store: Store, id: string): void {
  store.statement("UPDATE episode SET state = 'withdrawn' WHERE id = ?").run(id);
}

/** Makes an episode, and those that were its aliases, another's alias. */
export function alias(store: Store, id: string, of: string): void {
  store.statement("UPDATE episode SET state = 'alias', alias_of = ? WHERE id = ? OR alias_of = ?").run(of, id, id);
}

function episodeOf(row: Record<string, unknown>): ToldEpisode {
  return {
    id: String(row.id),
    key: JSON.parse(String(row.key)),
    firstSeen: row.first_seen as bigint,
    lastSeen: row.last_seen as bigint,
    standing: row.state === 'standing',
    fingerprint: String(row.fingerprint),
    finding: findingOfText(String(row.finding)),
    holds: JSON.parse(String(row.holds)),
    hiddenBy: JSON.parse(String(row.hidden_by)),
    revision: String(row.revision),
  };
}
