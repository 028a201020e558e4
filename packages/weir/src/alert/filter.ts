import type { AlertFilter } from '../model/alert.ts';
import { severities } from '../model/finding.ts';

type Value = string | number | bigint;

export interface Where {
  /** A condition over `alert`. */
  readonly sql: string;
  readonly values: readonly Value[];
}

/** A filter as a condition. Values are bound, never written into the text. */
export function whereOf(filter: AlertFilter): Where {
  const terms: string[] = [];
  const values: Value[] = [];
  const say = (sql: string, ...bound: Value[]) => {
    terms.push(sql);
    values.push(...bound);
  };
  const among = (column: string, list: readonly Value[] | undefined) => {
    if (list !== undefined) say(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(list));
  };
  among('alert.state', filter.states ?? ['new', 'in-progress']);
  among('alert.verdict', filter.verdicts);
  among(
    'alert.severity',
    filter.severities?.map((severity) => severities.indexOf(severity)),
  );
  among('alert.rule', filter.rules);
  if (filter.assignee === null) say('alert.assignee IS NULL');
  else if (filter.assignee !== undefined) say('alert.assignee = ?', filter.assignee);
  if (filter.tag !== undefined) say('EXISTS (SELECT 1 FROM json_each(alert.tags_json) WHERE value = ?)', filter.tag);
  if (filter.entity !== undefined) {
    const { kind, value } = filter.entity;
    say('alert.id IN (SELECT alert FROM alert_entity WHERE kind = ? AND value = ?)', kind, value.toLowerCase());
  }
  for (const word of (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean)) {
    const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    const entity = String.raw`SELECT alert FROM alert_entity WHERE value LIKE ? ESCAPE '\'`;
    say(String.raw`(alert.title LIKE ? ESCAPE '\' OR alert.id IN (${entity}))`, like, like);
  }
  if (filter.from !== undefined) say('alert.last_seen >= ?', filter.from);
  if (filter.until !== undefined) say('alert.first_seen <= ?', filter.until);
  if (filter.hidden !== 'with') say(`alert.hidden = ${filter.hidden === 'only' ? 1 : 0}`);
  if (filter.exception !== undefined)
    say('EXISTS (SELECT 1 FROM json_each(alert.hidden_by_json) WHERE value = ?)', filter.exception);
  if (filter.canaries !== 'with') say(`alert.canary = ${filter.canaries === 'only' ? 1 : 0}`);
  return { sql: terms.length === 0 ? 'true' : terms.join(' AND '), values };
}
