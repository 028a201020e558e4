import type { Rule } from '../rule.ts';
import { reasonList, reasonsOf } from './continuous.ts';
import { cannotBeSaved } from './identity-lost.ts';

const blocking = /^(join|lookup|union|externaldata|several tables|find|search|invoke|evaluate|make-series)$/;

export const notContinuous: Rule = {
  code: 'WL602',
  name: 'cannot run continuously',
  severity: 'info',
  what: 'The query has what rules out the continuous (near-real-time) frequency of Defender: several tables, join, union, external data, or operators other than where, extend, project and parse. A warning in a near-real-time rule of Sentinel that has joins, unions or several tables.',
  why: 'The rule runs at best every hour; whoever counts on seconds should know.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001\n| join kind=inner (DeviceInfo | where Timestamp > ago(1h) | project DeviceId, OSPlatform) on DeviceId',
  },
  good: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001' },
  *check(query) {
    const isNrt = query.facts.nearRealTime === true;
    if (query.answer === undefined || (query.product !== 'defender' && !(isNrt && query.product === 'sentinel')))
      return;
    // What cannot be saved at all is told that by its own rule, and this with it.
    if (!isNrt && cannotBeSaved(query)) return;
    const reasons = reasonsOf(query);
    // Groups and counts are looked at over a time, which nobody expects of a continuous rule.
    const blocks = [...reasons.keys()].filter((reason) => blocking.test(reason));
    const at = reasons.get(blocks[0] ?? '');
    if (at === undefined) return;
    yield {
      at: { start: at.span.start, length: Math.min(at.span.length, /^[\w-]+/.exec(at.text)?.[0].length ?? 1) },
      severity: isNrt ? 'warning' : 'info',
      message: isNrt
        ? `${blocks.join(', ')}: Sentinel's near-real-time rules are documented for one table, without joins and unions`
        : `${reasonList(query)}: a custom detection with these cannot run continuously (near real time)`,
      fix: isNrt
        ? 'Make it a scheduled rule, or one near-real-time rule a table.'
        : 'If it must, write one rule a table with where, extend, project and parse alone, and no comments.',
    };
  },
};
