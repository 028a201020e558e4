import type { Rule } from '../rule.ts';
import { reasonList, reasonsOf } from './continuous.ts';
import { cannotBeSaved } from './identity-lost.ts';

/** What nobody expects of a rule that runs continuously anyhow, as groups and counts are looked at over a time, is not told
 *  of a custom detection in general. */
const blocking =
  /^(join|lookup|union|externaldata|several tables|find|search|invoke|evaluate|make-series|\w+, which is not streamed)$/;
/** Sentinel's near-real-time rules may name several tables (MicrosoftDocs/azure-docs, near-real-time-rules.md); each is
 *  looked at over a minute. */
const meeting = /^(join|lookup|several tables)$/;

export const notContinuous: Rule = {
  code: 'WL602',
  name: 'cannot run continuously',
  severity: 'info',
  what: 'The query has what rules out the continuous (near-real-time) frequency of Defender: several tables, join, union, external data, operators other than where, extend, project and parse, or a table that is not looked at continuously. A warning in a near-real-time rule, of which Defender would refuse all of these; in one of Sentinel joins, lookups and several tables are told.',
  why: 'The rule runs at best every hour; whoever counts on seconds should know. A near-real-time rule of Sentinel looks at what came in within a minute, in every table that it names: rows that come minutes apart never meet.',
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
    const counts = !isNrt ? blocking : query.product === 'defender' ? /./ : meeting;
    const blocks = [...reasons.keys()].filter((reason) => counts.test(reason));
    const at = reasons.get(blocks[0] ?? '');
    if (at === undefined) return;
    yield {
      at: { start: at.span.start, length: Math.min(at.span.length, /^[\w-]+/.exec(at.text)?.[0].length ?? 1) },
      severity: isNrt ? 'warning' : 'info',
      message:
        query.product === 'sentinel'
          ? `${blocks.join(', ')}: a near-real-time rule looks at what came in within a minute, in every table, so that rows which come minutes apart never meet`
          : `${isNrt ? blocks.join(', ') : reasonList(query)}: a custom detection with these cannot run continuously (near real time)`,
      fix: isNrt
        ? 'Make it a scheduled rule, or one near-real-time rule a table.'
        : 'If it must, write one rule a table with where, extend, project and parse alone, and no comments.',
    };
  },
};
