import { bare, nameOf } from '../../parse/tree.ts';
import { isStep } from '../model/pipeline.ts';
import type { Rule } from '../rule.ts';
import { callOf, short, unnamed } from './expressions.ts';

export const constantAggregate: Rule = {
  code: 'WL306',
  name: 'count of different values of a group key',
  severity: 'error',
  what: '`dcount(x)`, `make_set(x)` or their like stands in a `summarize` that groups by the same x.',
  why: 'Within a group x has one value, so the count is always 1 and a threshold on it never or always holds: the wrong entity is counted.',
  bad: {
    kql: 'DeviceLogonEvents\n| where TimeGenerated > ago(1h)\n| summarize Devices = dcount(DeviceName), TimeGenerated = max(TimeGenerated), ReportId = max(ReportId) by DeviceName',
    product: 'sentinel',
  },
  good: {
    kql: 'DeviceLogonEvents\n| where TimeGenerated > ago(1h)\n| summarize Devices = dcount(DeviceName), TimeGenerated = max(TimeGenerated), ReportId = max(ReportId) by AccountName',
    product: 'sentinel',
  },
  *check(query) {
    for (const { steps } of query.pipelines) {
      for (const step of steps) {
        if (!isStep(step, 'Summarize')) continue;
        const keys = new Set(
          (step.node.child('ByClause')?.list('Expressions') ?? [])
            .map(unnamed)
            .flatMap((node) => (node.kind === 'NameReference' ? [nameOf(node)] : [])),
        );
        for (const item of step.node.list('Aggregates')) {
          const call = callOf(unnamed(item));
          const counted = call?.args[0] === undefined ? undefined : bare(call.args[0]);
          if (call === undefined || counted?.kind !== 'NameReference' || !keys.has(nameOf(counted))) continue;
          if (!/^(dcount|count_distinct)$/.test(call.name)) continue;
          yield {
            at: call.node,
            message: `\`${short(call.node)}\` is always 1: the rows are grouped by ${counted.text}, of which each group has one value`,
            fix: 'Count the entity that should vary, or take it out of the `by`.',
          };
        }
      }
    }
  },
};
