import { ticksPerSecond } from '@weir/kql/types';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Upper bounds in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export type Metrics = ReturnType<typeof createMetrics>;

/** What the service counts of itself while it runs, for Prometheus. Times are seconds, sizes bytes. No label has a value that
 *  a sender chooses freely. What is known anyway is read when it is asked for: `whenAsked`. */
export function createMetrics() {
  const registry = new Registry();
  const at = { registers: [registry] };
  return {
    registry,
    api: {
      requests: new Histogram({
        ...{ name: 'weir_api_request_seconds', help: 'Requests answered, by route.', buckets, ...at },
        labelNames: ['method', 'route', 'status'] as const,
      }),
      listening: new Gauge({ name: 'weir_api_event_streams', help: 'Open streams of events.', ...at }),
    },
    rounds: new Histogram({
      ...{
        name: 'weir_round_seconds',
        help: 'Rounds of parts that work again and again, and runs of rules.',
        buckets,
        ...at,
      },
      labelNames: ['part'] as const,
    }),
    way: new Histogram({
      ...{
        name: 'weir_way_seconds',
        help: 'Steps on the way from a line to a message: from a body until it is on disk (journal) and until its rows are in the lake (lake), from rows until a near-real-time rule looks at them (rule), from an alert until a destination has taken it (destination).',
        buckets,
        ...at,
      },
      labelNames: ['step'] as const,
    }),
    queries: {
      run: new Histogram({
        ...{ name: 'weir_query_seconds', help: "People's queries, by how they ended.", buckets, ...at },
        labelNames: ['outcome'] as const,
      }),
      running: new Gauge({ name: 'weir_queries_running', help: 'Queries that run or wait.', ...at }),
    },
  };
}

/** Steps on the way from a line to a message. */
export type Step = 'journal' | 'lake' | 'rule' | 'destination';

/** Keeps how long something took one of the steps, ticks. */
export function stepOf({ way }: Pick<Metrics, 'way'>, step: Step): (ticks: bigint) => void {
  return (ticks) => way.observe({ step }, Number(ticks) / Number(ticksPerSecond));
}

/** Also measures the process itself: memory, processor time, how long the event loop was held up. */
export function measureProcess({ registry }: Pick<Metrics, 'registry'>): void {
  collectDefaultMetrics({ register: registry });
}

/** A figure for some labels. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric that is read when Prometheus asks. A total only grows while the home stands; a gauge goes up and down. */
export function whenAsked(
  { registry }: Pick<Metrics, 'registry'>,
  {
    kind,
    name,
    help,
    labels = [],
  }: {
    readonly kind: 'total' | 'gauge';
    readonly name: string;
    readonly help: string;
    readonly labels?: readonly string[];
  },
  read: () => Iterable<Reading>,
): void {
  const about = { help, labelNames: [...labels], registers: [registry] };
  if (kind === 'gauge')
    new Gauge({
      ...about,
      name: `weir_${name}`,
      collect() {
        this.reset();
        for (const { labels: of = {}, value } of read()) this.set(of, value);
      },
    });
  else
    new Counter({
      ...about,
      name: `weir_${name}_total`,
      collect() {
        this.reset();
        for (const { labels: of = {}, value } of read()) this.inc(of, value);
      },
    });
}
