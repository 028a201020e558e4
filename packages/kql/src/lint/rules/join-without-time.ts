import { isStep, tableOf } from '../model/pipeline.ts';
import type { Rule } from '../rule.ts';
import { holdsEvents, isBoundInTime } from './time.ts';

export const joinWithoutTime: Rule = {
  code: 'WL803',
  name: 'join without a time bound',
  severity: 'warning',
  what: 'One side of a join or lookup is a table of events that is read whole.',
  why: "It is the most expensive thing a query can do, and what is joined may be a month old: today's connection with a process id that was used again since.",
  bad: {
    kql: 'let Odd = DeviceNetworkEvents | where TimeGenerated > ago(1h) | where RemotePort == 9001;\nOdd\n| lookup kind=leftouter (DeviceFileEvents | project DeviceId, FolderPath) on DeviceId\n| where RemoteIP == "192.0.2.1"',
    product: 'sentinel',
  },
  good: {
    kql: 'let Odd = DeviceNetworkEvents | where TimeGenerated > ago(1h) | where RemotePort == 9001;\nOdd\n| where RemoteIP == "192.0.2.1"',
    product: 'sentinel',
  },
  *check(query) {
    if (query.facts.period !== undefined || query.facts.nearRealTime === true) return;
    for (const pipeline of query.pipelines) {
      const { steps } = pipeline;
      for (const step of steps) {
        const [side] = step.others;
        if (!isStep(step, 'Join', 'Lookup') || side === undefined) continue;
        const table = tableOf(side);
        if (table === undefined || !holdsEvents(table) || isBoundInTime(query, side)) continue;
        // Where nothing is bounded, that is told once.
        if (!isBoundInTime(query, pipeline)) continue;
        yield {
          at: side.node,
          message: `${table} is joined without a time filter: all that is kept of it is read, and rows of any age are joined`,
          fix: `Filter it by time before the join, as the other side is.`,
        };
      }
    }
  },
};
