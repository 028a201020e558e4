import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { Relation } from '../plan/relation.ts';
import type { ConstantNode, Scalar } from '../plan/scalar.ts';
import { Transformer } from '../plan/transformer.ts';
import { refuse } from './context.ts';

/** What `set` statements ask for that changes the rows. */
export interface Settings {
  /** `query_now`: the moment of `now()`. */
  readonly now?: ConstantNode;
  /** `query_take_max_records`: no more rows than that. */
  readonly most?: ConstantNode;
  /** `query_bin_auto_size`, `query_bin_auto_at`: the bins of `bin_auto`. */
  readonly binSize?: ConstantNode;
  readonly binAt?: ConstantNode;
}

/** Request properties that steer how a cluster works or reports, and not which rows a query gives (page request
 *  properties). Nothing here cuts a result short, so `notruncation` asks for what is the case. */
const harmless: ReadonlySet<string> = new Set([
  'best_effort',
  'client_max_redirect_count',
  'deferpartialqueryfailures',
  'materialized_view_shuffle_query',
  'max_memory_consumption_per_query_per_node',
  'maxmemoryconsumptionperiterator',
  'norequesttimeout',
  'notruncation',
  'push_selection_through_aggregation',
  'query_distribution_nodes_span',
  'query_fanout_nodes_percent',
  'query_fanout_threads_percent',
  'query_log_query_parameters',
  'query_results_cache_force_refresh',
  'query_results_cache_max_age',
  'query_results_cache_per_shard',
  'query_results_progressive_row_count',
  'query_results_progressive_update_period',
  'query_weakconsistency_session_id',
  'queryconsistency',
  'querytrace',
  'request_app_name',
  'request_description',
  'request_readonly',
  'request_user',
  'results_progressive_enabled',
  'servertimeout',
]);

/** Adds what a `set` statement asks for. `value` lowers its value. */
export function withSetting(settings: Settings, statement: Bound, value: (node: Bound) => Scalar): Settings {
  const name = nameOf(need(statement, 'Name')).toLowerCase();
  if (harmless.has(name)) return settings;
  const given = statement.child('ValueClause')?.child('Expression');
  const constant = given === undefined ? undefined : value(given);
  if (constant?.kind === 'constant' && constant.value !== null) {
    if (name === 'query_now' && constant.type === 'datetime') return { ...settings, now: constant };
    if (name === 'query_take_max_records' && constant.type === 'long') return { ...settings, most: constant };
    if (name === 'query_bin_auto_size') return { ...settings, binSize: constant };
    if (name === 'query_bin_auto_at') return { ...settings, binAt: constant };
  }
  const advice = advices[name] ?? 'Leave it out.';
  return refuse(statement.span, 'WK001', `The request property \`${name}\` is not supported here.`, advice);
}

const advices: Readonly<Record<string, string>> = {
  query_bin_auto_size: 'Write `set query_bin_auto_size = 1h;`.',
  query_bin_auto_at: 'Write `set query_bin_auto_at = datetime(2026-01-01);`.',
  query_now: 'Write `set query_now = datetime(2026-01-01);`.',
  query_take_max_records: 'Write `set query_take_max_records = 100;`.',
  truncationmaxrecords: 'A larger result would be an error in Kusto: write `| take` at the end.',
  truncationmaxsize: 'A larger result would be an error in Kusto: write `| take` at the end.',
};

/** The relation under the settings. */
export function underSettings(relation: Relation, { now, most }: Settings): Relation {
  const fixed = now === undefined ? relation : new FixedNow(now).relation(relation);
  return most === undefined ? fixed : { kind: 'take', input: fixed, count: most };
}

class FixedNow extends Transformer {
  readonly #now: ConstantNode;

  constructor(now: ConstantNode) {
    super();
    this.#now = now;
  }

  override scalar(node: Scalar): Scalar {
    return node.kind === 'now' ? { ...this.#now, span: node.span } : super.scalar(node);
  }
}
