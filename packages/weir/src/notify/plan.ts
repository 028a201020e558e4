import { type Severity, severities } from '../model/finding.ts';
import type { Notice, NoticeCause } from '../model/notice.ts';
import type { Summary } from './message.ts';

/** A notice that waits, without what it tells. */
export interface Waiting {
  readonly id: number;
  readonly cause: NoticeCause;
  /** null: it is about an exception. */
  readonly alert: number | null;
  readonly rule: string;
  readonly ruleName: string;
  readonly severity: number;
  readonly score: number;
  readonly together: Notice['together'];
}

/** A message to be made: which notices it tells in full, under which cause, and what it stands for. */
export interface Planned {
  readonly items: readonly { readonly notice: number; readonly cause: NoticeCause }[];
  readonly summary: Summary;
}

/** So many alerts of one rule are told one by one; more together. */
const fewOfARule = 3;
/** So many are told in full. */
const inFull = 20;
/** So many notices are one delivery to a machine. */
const batch = 500;

/** Puts what waits into at most `most` messages for people. What was found in the past is one message, so is what comes back
 *  with the end of exceptions, and so are many alerts of one rule; where those are still too many messages, all is one. */
export function planForPeople(waiting: readonly Waiting[], most: number): Planned[] {
  if (waiting.length === 0 || most < 1) return [];
  const subjects = [...Map.groupBy(waiting, ({ id, alert }) => alert ?? `notice ${id}`).values()].map(latest);
  const set = (together: Notice['together']) => subjects.filter(({ last }) => last.together === together);
  const byRule = [...Map.groupBy(set(null), ({ last }) => last.rule).values()];
  const planned = [
    ...byRule.flatMap((own) =>
      own.length > fewOfARule && own[0]?.last.alert !== null
        ? [planOf('rule', own)]
        : own.map((one) => planOf('one', [one])),
    ),
    ...(['retro', 'exception-ended'] as const)
      .map((kind) => ({ kind, own: set(kind) }))
      .filter(({ own }) => own.length > 0)
      .map(({ kind, own }) => planOf(own.length === 1 ? 'one' : kind, own)),
  ];
  return planned.length <= most ? planned : [planOf('digest', subjects)];
}

/** Machines get every notice of an alert, in order. */
export function planForMachines(waiting: readonly Waiting[]): Planned[] {
  const alerts = waiting.filter(({ alert }) => alert !== null).map((last) => ({ last, cause: last.cause, notices: 1 }));
  return Array.from({ length: Math.ceil(alerts.length / batch) }, (_, index) => {
    const part = alerts.slice(index * batch, (index + 1) * batch);
    return { items: itemsOf(part), summary: planOf('batch', part).summary };
  });
}

/** All notices of one alert as one: as it stands last, and raised where nobody was told before. */
interface Subject {
  readonly last: Waiting;
  readonly cause: NoticeCause;
  readonly notices: number;
}

function latest(own: readonly Waiting[]): Subject {
  const last = own.at(-1);
  if (last === undefined) throw new Error('an alert without notices waits');
  const raised = own.some(({ cause }) => cause === 'raised') && last.cause !== 'withdrawn';
  return { last, cause: raised ? 'raised' : last.cause, notices: own.length };
}

function planOf(kind: Summary['kind'], subjects: readonly Subject[]): Planned {
  const gravest = subjects.toSorted(
    ({ last: a }, { last: b }) => b.severity - a.severity || b.score - a.score || a.id - b.id,
  );
  const rules = [...Map.groupBy(subjects, ({ last }) => last.rule)]
    .filter(([rule]) => rule !== '')
    .map(([rule, own]) => ({ rule, name: own[0]?.last.ruleName ?? rule, subjects: own.length }))
    .sort((a, b) => b.subjects - a.subjects || (a.rule < b.rule ? -1 : 1));
  return {
    items: itemsOf(gravest.slice(0, inFull)),
    summary: {
      kind,
      subjects: subjects.length,
      notices: subjects.reduce((sum, { notices }) => sum + notices, 0),
      causes: countsOf(subjects.map(({ cause }) => cause)),
      severities: countsOf(
        subjects.flatMap(({ last }) => (last.alert === null ? [] : [severities[last.severity] as Severity])),
      ),
      rules,
    },
  };
}

function itemsOf(subjects: readonly Subject[]): Planned['items'] {
  return subjects.map(({ last, cause }) => ({ notice: last.id, cause }));
}

function countsOf<Part extends string>(parts: readonly Part[]): Partial<Record<Part, number>> {
  const counts: Partial<Record<Part, number>> = {};
  for (const part of parts) counts[part] = (counts[part] ?? 0) + 1;
  return counts;
}
