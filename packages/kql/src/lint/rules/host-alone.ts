import { nameOf } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, tableOf } from '../model/pipeline.ts';
import { texts } from '../model/values.ts';
import { namesRead } from '../model/walk.ts';
import type { Rule } from '../rule.ts';
import { branchesOf } from './branches.ts';
import { isReceived, isRemoteHost, isSent } from './columns.ts';
import { columnBehind, filterTests } from './expressions.ts';

export const hostAlone: Rule = {
  code: 'WL509',
  name: 'a destination alone makes an alert',
  severity: 'info',
  what: 'Connections are picked by a list of hosts and by nothing else: no program, account or device, no bytes, no count.',
  why: 'Every visit with a browser alerts, up or down; equal rules elsewhere are rated low and carry dozens of exceptions.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl in~ ("drop.example", "paste.example", "share.example")\n| project Timestamp, DeviceId, ReportId, RemoteUrl',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl in~ ("drop.example", "paste.example", "share.example")\n| where InitiatingProcessSHA256 in ("0f")\n| project Timestamp, DeviceId, ReportId, RemoteUrl',
  },
  *check(query) {
    if (query.product === 'weir') return;
    for (const pipeline of branchesOf(query)) {
      if (tableOf(pipeline) !== 'DeviceNetworkEvents' || isNarrowed(pipeline)) continue;
      for (const { test, negated, step } of filterTests(pipeline)) {
        const column = columnBehind(test.subject, step.input)?.column;
        if (negated || column === undefined || !isRemoteHost(column) || texts(test.items).length < 3) continue;
        yield {
          at: test.node,
          message:
            'the destination alone decides: every browser that visits one of these hosts alerts, whichever way the data went',
          fix: 'Ask for the program as well (no browser, or one that moves files), for bytes sent, or for how rare the two are together.',
        };
        break;
      }
    }
  },
};

function isNarrowed(pipeline: Pipeline): boolean {
  return flow(pipeline).some((step) => {
    if (isStep(step, 'Summarize', 'Join', 'Lookup', 'Distinct', 'Top')) return true;
    if (!isStep(step, 'Filter')) return false;
    return [...namesRead(step.node)].some((node) => {
      const name = nameOf(node);
      return (
        /InitiatingProcess|Account|DeviceName|DeviceId|MachineGroup|LocalIP/.test(name) ||
        isSent(name) ||
        isReceived(name)
      );
    });
  });
}
