import { bare } from '../../parse/tree.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const successOnly: Rule = {
  code: 'WL506',
  name: 'connections that are reported under another action',
  severity: 'info',
  what: 'DeviceNetworkEvents is filtered by `ActionType == "ConnectionSuccess"` alone.',
  why: 'Chatty programs are reported once an hour as ConnectionSuccessAggregatedReport, and macOS and Linux report ConnectionRequest: these connections are not seen.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where ActionType == "ConnectionSuccess" and RemotePort == 9001',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where ActionType in ("ConnectionSuccess", "ConnectionSuccessAggregatedReport", "ConnectionRequest") and RemotePort == 9001',
  },
  *check(query) {
    let told = false;
    for (const { test, negated, step } of everyTest(query)) {
      const behind = columnBehind(test.subject, step.input);
      if (told || negated || test.relation !== 'equals' || behind?.column !== 'ActionType') continue;
      if (behind.table !== 'DeviceNetworkEvents' || bare(step.node).kind !== 'FilterOperator') continue;
      const actions = texts(test.items).map((item) => item.text.toLowerCase());
      if (!actions.includes('connectionsuccess') || actions.includes('connectionsuccessaggregatedreport')) continue;
      told = true;
      yield {
        at: test.node,
        message:
          'ConnectionSuccess alone misses connections that are reported aggregated, and those that macOS and Linux report as ConnectionRequest',
        fix: 'Write `ActionType in ("ConnectionSuccess", "ConnectionSuccessAggregatedReport", "ConnectionRequest")`.',
      };
    }
  },
};
