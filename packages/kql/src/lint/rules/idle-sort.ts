import { isStep } from '../model/pipeline.ts';
import type { Rule } from '../rule.ts';

export const idleSort: Rule = {
  code: 'WL806',
  name: 'sort that nothing keeps',
  severity: 'info',
  what: 'Rows are sorted and then filtered, grouped, joined or made distinct, with nothing between that needs the order.',
  why: 'All rows are sorted, and the order is lost or could have been made for the few that remain.',
  bad: {
    kql: 'DeviceLogonEvents\n| where Timestamp > ago(1h)\n| sort by Timestamp desc\n| where ActionType == "LogonFailed"',
  },
  good: {
    kql: 'DeviceLogonEvents\n| where Timestamp > ago(1h)\n| where ActionType == "LogonFailed"\n| sort by Timestamp desc',
  },
  *check(query) {
    for (const { steps } of query.pipelines) {
      for (const [index, step] of steps.entries()) {
        if (!isStep(step, 'Sort')) continue;
        const later = steps
          .slice(index + 1)
          .find((item) => !/^(Extend|Project\w*|As)Operator$/.test(item.node.kind) || needsOrder(item.node.text));
        if (later === undefined || needsOrder(later.node.text)) continue;
        if (!isStep(later, 'Filter', 'Summarize', 'Join', 'Distinct', 'Lookup', 'Sort', 'Top', 'Union')) continue;
        const word = /^[\w-]+/.exec(later.node.text)?.[0] ?? '';
        yield {
          at: step.node,
          message: `\`${word}\` comes behind this sort, which sorts all rows${isStep(later, 'Filter') ? ', also those that are then dropped' : ' for an order that is lost'}`,
          fix: isStep(later, 'Filter') ? 'Sort last.' : 'Take it out, or sort last.',
        };
      }
    }
  },
};

function needsOrder(text: string): boolean {
  return /\b(prev|next|row_number|row_cumsum|row_rank\w*|row_window_session|make_list\w*|makelist|make_set\w*|makeset|take_any|any|arg_\w+|serialize|series_\w+)\s*\(/.test(
    text,
  );
}
