import type { Bound } from '../../parse/tree.ts';
import type { Rule } from '../rule.ts';

const allowed = /^(Filter|Extend|Project|ProjectAway|ProjectRename|Parse)Operator$/;

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
    const reasons = new Map<string, Bound>();
    const add = (reason: string, node: Bound) => {
      if (!reasons.has(reason)) reasons.set(reason, node);
    };
    const tables = new Map<string, Bound>();
    for (const { source, steps } of query.pipelines) {
      if (source.kind === 'table') tables.set(source.name, source.node);
      if (source.kind === 'union') add('union', source.node);
      if (source.node.kind === 'ExternalDataExpression') add('externaldata', source.node);
      for (const { node } of steps) {
        const word = /^[a-z-]+/i.exec(node.text)?.[0] ?? '';
        if (!allowed.test(node.kind)) add(word, node);
      }
    }
    const last = [...tables.values()].at(-1);
    if (tables.size > 1 && last !== undefined) add('several tables', last);
    const [first] = [...reasons].sort(([, a], [, b]) => a.span.start - b.span.start);
    // Groups and counts are looked at over a time, which nobody expects of a continuous rule.
    const blocks = [...reasons.keys()].filter((reason) =>
      /^(join|lookup|union|externaldata|several tables|find|search)$/.test(reason),
    );
    if (first === undefined || blocks.length === 0) return;
    const at = reasons.get(blocks[0] ?? '') ?? first[1];
    const comments = /^\s*\/\//m.test(query.text) ? ['comments'] : [];
    yield {
      at: { start: at.span.start, length: Math.min(at.span.length, /^[\w-]+/.exec(at.text)?.[0].length ?? 1) },
      severity: isNrt ? 'warning' : 'info',
      message: isNrt
        ? `${blocks.join(', ')}: Sentinel's near-real-time rules are documented for one table, without joins and unions`
        : `${[...reasons.keys(), ...comments].join(', ')}: a custom detection with these cannot run continuously (near real time)`,
      fix: isNrt
        ? 'Make it a scheduled rule, or one near-real-time rule a table.'
        : 'If it must, write one rule a table with where, extend, project and parse alone, and no comments.',
    };
  },
};
