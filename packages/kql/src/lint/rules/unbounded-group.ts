import { type Bound, bare, nameOf } from '../../parse/tree.ts';
import { flow, isStep, type Step } from '../model/pipeline.ts';
import { isTimeColumn } from '../model/time.ts';
import type { Rule } from '../rule.ts';
import { isCommandLine } from './columns.ts';
import { columnBehind, short, unnamed } from './expressions.ts';
import { thresholdAfter } from './time.ts';

export const unboundedGroup: Rule = {
  code: 'WL501',
  name: 'threshold over groups that hardly two rows share',
  severity: 'warning',
  what: 'Rows are grouped by a command line, a process id, a local port, a report id or the bare time, and a threshold is asked of each group.',
  why: 'Each such value is nearly its own: an upload in parts, one curl a part, is a group for each part, and no group reaches the threshold.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| summarize Connections = count(), Timestamp = max(Timestamp), ReportId = max(ReportId) by DeviceId, InitiatingProcessCommandLine\n| where Connections > 50',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| summarize Connections = count(), CommandLines = make_set(InitiatingProcessCommandLine, 20), Timestamp = max(Timestamp), ReportId = max(ReportId) by DeviceId, InitiatingProcessSHA256\n| where Connections > 50',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      const steps = flow(pipeline);
      for (const step of pipeline.steps) {
        if (!isStep(step, 'Summarize')) continue;
        const threshold = thresholdAfter(steps, step);
        const judged = threshold !== undefined && /^Greater/.test(threshold.kind);
        // Groups that a person looks through, most or least first, are a hunt.
        if (!judged && (!query.isRuleFile || steps.some((item) => isStep(item, 'Sort', 'Top', 'Render')))) continue;
        for (const item of step.node.child('ByClause')?.list('Expressions') ?? []) {
          const column = groupedColumn(item, step);
          if (column === undefined || !isNearlyUnique(column)) continue;
          yield {
            at: item,
            severity: judged ? 'warning' : 'info',
            message: `grouped by ${column}, of which nearly every ${isCommandLine(column) ? 'call' : 'row'} has its own${threshold === undefined ? ': each is an alert of its own' : `, so \`${short(threshold)}\` is asked of crumbs: what is done in parts stays below it`}`,
            fix: `Group by device, account, program and destination; keep ${column} as evidence: \`make_set(${column}, 20)\`.`,
          };
        }
      }
    }
  },
};

function groupedColumn(item: Bound, step: Step): string | undefined {
  const value = bare(unnamed(item));
  if (value.kind === 'NameReference' && step.input.names.get(nameOf(value))?.kind === 'computed') {
    const origin = step.input.names.get(nameOf(value));
    const node = origin?.kind === 'computed' ? origin.node : undefined;
    // A name that stands for `bin(…)` is no bare time.
    if (node !== undefined && bare(node).kind !== 'NameReference' && isTimeColumn(nameOf(value))) return undefined;
  }
  return columnBehind(value, step.input)?.column;
}

function isNearlyUnique(column: string): boolean {
  return (
    isCommandLine(column) ||
    isTimeColumn(column) ||
    /^(ReportId|LocalPort|NetworkMessageId|InternetMessageId|EventId)$|ProcessId$|ProcessUniqueId$/.test(column)
  );
}
