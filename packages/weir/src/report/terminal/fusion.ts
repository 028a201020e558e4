import type { FusionReport } from '../../model/fusionReport.ts';
import { count, percent, plural } from '../format.ts';

/** How much of the connections is known: bytes, process, name. */
export function fusionLine({ connections, withBytes, withProcess, withName }: FusionReport): string {
  if (connections === 0) return 'no connections among the inputs';
  const known = (part: number) => `${count(part)} (${percent(part, connections)})`;
  return (
    `bytes known for ${count(withBytes)} of ${plural(connections, 'connection')} (${percent(withBytes, connections)}), ` +
    `process for ${known(withProcess)}, name for ${known(withName)}`
  );
}

/** How many of the flows that an endpoint could have known were matched; empty where there is none. */
export function matchLine({ matchableFlows, matchedFlows }: FusionReport): string {
  if (matchableFlows === 0) return '';
  return `${count(matchedFlows)} of ${plural(matchableFlows, 'flow')} (${percent(matchedFlows, matchableFlows)}) found their process`;
}

/** Why the rest is not known, the `most` frequent reasons first. */
export function fusionGaps({ gaps }: FusionReport, most = gaps.length): string[] {
  const rest = gaps.slice(most);
  const others = rest.reduce((sum, gap) => sum + gap.count, 0);
  return [
    ...gaps.slice(0, most).map(({ lacks, why, count: n }) => `no ${lacks} for ${count(n)}: ${why}`),
    ...(rest.length === 0
      ? []
      : [`${plural(rest.length, 'rarer reason')}, ${count(others)} in all: --format json has them`]),
  ];
}
