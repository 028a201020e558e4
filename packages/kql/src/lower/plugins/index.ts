import { type Bound, nameOf, need } from '../../parse/tree.ts';
import { refuse } from '../context.ts';
import type { Operator } from '../operator.ts';
import { activeUsersCount } from './active-users-count.ts';
import { activityCountsMetrics } from './activity-counts-metrics.ts';
import type { Plugin } from './arguments.ts';
import { bagUnpack } from './bag-unpack.ts';
import { dcountIntersect } from './dcount-intersect.ts';
import { ipv4Lookup, ipv6Lookup } from './ip-lookup.ts';
import { pivot } from './pivot.ts';
import { rollingPercentile } from './rolling-percentile.ts';
import { rowsNear } from './rows-near.ts';
import { schemaMerge } from './schema-merge.ts';
import { slidingWindowCounts } from './sliding-window-counts.ts';

const plugins: Readonly<Record<string, Plugin>> = {
  active_users_count: activeUsersCount,
  activity_counts_metrics: activityCountsMetrics,
  bag_unpack: bagUnpack,
  dcount_intersect: dcountIntersect,
  ipv4_lookup: ipv4Lookup,
  ipv6_lookup: ipv6Lookup,
  pivot,
  rolling_percentile: rollingPercentile,
  rows_near: rowsNear,
  schema_merge: schemaMerge,
  sliding_window_counts: slidingWindowCounts,
};

export const pluginNames: readonly string[] = Object.keys(plugins);

/** `evaluate`: a plug-in over the table. */
export const evaluate: Operator = (node, input, env, context) => {
  const call = need(node, 'FunctionCall');
  const plugin = plugins[nameOf(need(call, 'Name'))];
  return plugin === undefined ? refusePlugin(call) : plugin(call, node, input, env, context);
};

function refusePlugin(call: Bound): never {
  const name = nameOf(need(call, 'Name'));
  const [, code, text] = reasons.find(([pattern]) => pattern.test(name)) ?? [undefined, 'WK001' as const, undefined];
  return refuse(call.span, code, `The plug-in \`${name}\` is not supported.`, text ?? 'Leave it out.');
}

/** What to do without a plug-in, by its name. */
const reasons: readonly (readonly [RegExp, 'WK001' | 'WK004', string])[] = [
  [/_request$|^ai_|^azure_|^sql_/, 'WK004', 'Bring the rows along as a table: Weir works offline.'],
  [/^(?:python|r)$/, 'WK004', 'Compute it after the query: Weir runs no code of a query.'],
  [/^(?:autocluster|basket|diffpatterns|diffpatterns_text)$/, 'WK001', 'Count groups: `summarize n = count() by …`.'],
  [/^(?:activity_|new_activity|session_count)/, 'WK001', 'Write `summarize dcount(Id) by bin(Timestamp, step)`.'],
  [/^(?:funnel_|sequence_detect)/, 'WK001', 'Join the steps on the entity and compare the times.'],
  [/^geo_/, 'WK001', 'Join and filter: `geo_point_in_polygon(…)`.'],
  // How it writes times, reals and what is missing is shown by no page.
  [/^narrow$/, 'WK001', 'Write `mv-expand kind=array pair = pack_all()`.'],
];
