import type { Rule } from '../rule.ts';
import { branchesOf } from './branches.ts';
import { eventPipelines, isBoundInTime } from './time.ts';

export const noTimeFilter: Rule = {
  code: 'WL401',
  name: 'no time filter',
  severity: 'warning',
  what: 'A branch of the query reads a table of events without a bound on time, while another is bounded. Information where it is only compared with.',
  why: 'The query reads all that is kept, is slow, and gives what was looked at long ago: a branch without a bound joins today with last month. Where nothing is bounded, the page or the schedule sets the time.',
  bad: {
    kql: 'let Written = DeviceFileEvents | where SHA1 == "0f" | project TimeGenerated, DeviceId;\nlet Started = DeviceProcessEvents | where TimeGenerated > ago(1h) | where SHA1 == "0f" | project TimeGenerated, DeviceId;\nunion Written, Started',
    product: 'sentinel',
  },
  good: {
    kql: 'let Written = DeviceFileEvents | where TimeGenerated > ago(1h) | where SHA1 == "0f" | project TimeGenerated, DeviceId;\nlet Started = DeviceProcessEvents | where TimeGenerated > ago(1h) | where SHA1 == "0f" | project TimeGenerated, DeviceId;\nunion Written, Started',
    product: 'sentinel',
  },
  *check(query) {
    // Sentinel hands a rule the rows of its queryPeriod only.
    if (query.facts.period !== undefined || query.facts.nearRealTime === true) return;
    // The side of a join is told by a rule of its own.
    const open = [...eventPipelines(query)].filter(
      ({ pipeline }) => pipeline.role !== 'side' && !isBoundInTime(query, pipeline),
    );
    if (![...eventPipelines(query)].some(({ pipeline }) => isBoundInTime(query, pipeline))) return;
    const branches = new Set(branchesOf(query));
    const told = new Set<string>();
    for (const { pipeline, table, at } of open) {
      if (told.has(table)) continue;
      told.add(table);
      yield {
        at,
        // What rows are compared with may well be all that is kept.
        severity: branches.has(pipeline) ? 'warning' : 'info',
        message: `${table} is read without a time filter, while the rest of the query has one: the query looks at everything that is kept`,
        fix: `Write \`| where ${timeName(query.product)} > ago(1h)\` first, with the time that a run should look back.`,
      };
    }
  },
};

function timeName(product: string): string {
  return { sentinel: 'TimeGenerated', weir: 'EvidenceTime' }[product] ?? 'Timestamp';
}
