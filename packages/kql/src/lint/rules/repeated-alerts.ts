import { parameter } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, type Step } from '../model/pipeline.ts';
import { lookBack, spanText } from '../model/time.ts';
import type { Query, Rule } from '../rule.ts';
import { branchesOf } from './branches.ts';

const hour = 36_000_000_000n;

export const repeatedAlerts: Rule = {
  code: 'WL403',
  name: 'the same event alerts at every run',
  severity: 'warning',
  what: 'Rows of the answer come from further back than its runs are apart, by the rule and by its query, and nothing says which alerts are the same story: no grouping, no suppression, no finding key.',
  why: 'One row alerts once for each run that still sees it: a day of look-back every hour makes 24 alerts of it.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1d)\n| where RemotePort == 9001',
    product: 'sentinel',
    facts: { frequency: hour, period: 24n * hour },
    isRuleFile: true,
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1d)\n| where RemotePort == 9001',
    product: 'sentinel',
    facts: { frequency: hour, period: 24n * hour, deduplicated: true },
    isRuleFile: true,
  },
  *check(query) {
    const { facts, answer, product } = query;
    const { frequency, period, deduplicated, nearRealTime } = facts;
    if (frequency === undefined || period === undefined || period <= frequency || nearRealTime) return;
    if (deduplicated || product === 'weir' || answer === undefined) return;
    const reach = reachOf(query, period);
    if (reach === undefined || reach <= frequency) return;
    yield {
      at: { place: ['queryPeriod'] },
      message: `each run looks back ${spanText(reach)} and a run comes every ${spanText(frequency)}: the same event alerts up to ${(reach + frequency - 1n) / frequency} times`,
      fix: 'Make queryPeriod equal to queryFrequency, group incidents (incidentConfiguration.groupingConfiguration), or give Weir a finding key.',
    };
  },
};

/** How much time a row of the answer can come from, at most; undefined where a function decides that. A baseline that
 *  today's rows are compared with does not count: it is the rows of today that alert. */
function reachOf(query: Query, period: bigint): bigint | undefined {
  const after = query.answer === undefined ? [] : flow(query.answer);
  const reaches = branchesOf(query).map((branch) => widthOf(branch, [...new Set([...flow(branch), ...after])], period));
  return reaches.includes(undefined)
    ? undefined
    : reaches.reduce<bigint>((most, reach = 0n) => (reach > most ? reach : most), 0n);
}

function widthOf(pipeline: Pipeline, steps: readonly Step[], period: bigint): bigint | undefined {
  const sides = steps.flatMap((step) => (isStep(step, 'Join') ? step.others.map((side) => ({ step, side })) : []));
  const own = windowOf({ ...pipeline, steps, source: withoutRows(pipeline) }, period);
  const widths = sides.flatMap(({ step, side }) => {
    const kind = parameter(step.node, 'kind')?.text.toLowerCase() ?? 'innerunique';
    return /^(inner|innerunique|right\w*|leftsemi)$/.test(kind) ? [windowOf(side, period)] : [];
  });
  const known = [own, ...widths].filter((width) => width !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((least, width) => (width < least ? width : least));
}

/** The steps are given already; what stands before them must not count twice. */
function withoutRows({ source }: Pipeline): Pipeline['source'] {
  return source.kind === 'pipeline' ? { kind: 'other', node: source.node } : source;
}

function windowOf(pipeline: Pipeline, period: bigint): bigint | undefined {
  const filter = lookBack(pipeline);
  if (filter?.back !== undefined) return least(filter.back, period) - filter.until;
  // A function of the workspace may have bounds of its own among its arguments.
  const { source } = pipeline;
  return source.kind === 'other' && source.node.kind === 'FunctionCallExpression' ? undefined : period;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
