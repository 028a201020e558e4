import type { Finding } from '../model/finding.ts';
import type { Notice, NoticeCause } from '../model/notice.ts';
import { at, finding } from '../report/result.fixture.ts';
import type { Message } from './message.ts';
import { planForPeople } from './plan.ts';

export const now = at('2026-11-21T05:00:00Z');

export function notice(id: number, change: Partial<Finding> = {}, cause: NoticeCause = 'raised'): Notice {
  const told = finding(change);
  return {
    ...{ id, at: now, cause, rule: told.rule.id, severity: told.severity, score: told.score, together: null },
    told: { alert: id, opened: now, follows: null, because: '', finding: told },
  };
}

/** The message for people that some notices come to. */
export function messageOf(notices: readonly Notice[], key = 'k1'): Message {
  const waiting = notices.map(({ id, cause, rule, severity, score, together, told }) => ({
    ...{ id, cause, rule, score, together, ruleName: 'alert' in told ? told.finding.rule.name : '' },
    alert: 'alert' in told ? told.alert : null,
    severity: ['informational', 'low', 'medium', 'high'].indexOf(severity),
  }));
  const [planned] = planForPeople(waiting, 1);
  if (planned === undefined) throw new Error('nothing to tell');
  const items = planned.items.map(({ notice: id }) => notices.find((each) => each.id === id) as Notice);
  return { key, made: now, summary: planned.summary, notices: items };
}
