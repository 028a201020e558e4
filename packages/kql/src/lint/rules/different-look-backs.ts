import { lookBack, spanLiteral, spanText } from '../model/time.ts';
import type { Rule } from '../rule.ts';
import { branchesOf } from './branches.ts';
import { eventPipelines } from './time.ts';

export const differentLookBacks: Rule = {
  code: 'WL404',
  name: 'branches that look back differently far',
  severity: 'warning',
  what: 'Branches of a union look back different times.',
  why: 'No schedule fits both: run as often as the shorter needs, every row of the longer alerts again at each run; run as seldom as the longer allows, the shorter leaves gaps.',
  bad: {
    kql: 'let Ports = DeviceNetworkEvents | where TimeGenerated > ago(1d) | where RemotePort == 9001 | project TimeGenerated, DeviceId, ReportId;\nlet Hosts = DeviceNetworkEvents | where TimeGenerated > ago(1h) | where RemotePort == 9030 | project TimeGenerated, DeviceId, ReportId;\nunion Ports, Hosts',
    product: 'sentinel',
  },
  good: {
    kql: 'let Ports = DeviceNetworkEvents | where TimeGenerated > ago(1h) | where RemotePort == 9001 | project TimeGenerated, DeviceId, ReportId;\nlet Hosts = DeviceNetworkEvents | where TimeGenerated > ago(1h) | where RemotePort == 9030 | project TimeGenerated, DeviceId, ReportId;\nunion Ports, Hosts',
    product: 'sentinel',
  },
  *check(query) {
    const rooted = new Set([...eventPipelines(query)].map(({ pipeline }) => pipeline));
    const bounds = branchesOf(query)
      .filter((pipeline) => rooted.has(pipeline))
      .flatMap((pipeline) => lookBack(pipeline) ?? [])
      .filter((bound) => bound.back !== undefined && bound.until === 0n);
    const [least] = bounds.toSorted((a, b) => Number((a.back ?? 0n) - (b.back ?? 0n)));
    const most = bounds.toSorted((a, b) => Number((b.back ?? 0n) - (a.back ?? 0n)))[0];
    if (least?.back === undefined || most?.back === undefined || least.back === most.back) return;
    yield {
      at: most.node,
      message: `this branch looks back ${spanText(most.back)} and another ${spanText(least.back)}: run every ${spanText(least.back)}, each row here alerts up to ${most.back / least.back} times; run less often, the other leaves gaps`,
      fix: `Look back ${spanLiteral(least.back)} in both, or make two rules.`,
    };
  },
};
