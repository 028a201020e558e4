import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Upper bounds in seconds of what is quick, of what a person waits for, and of what runs behind. */
const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const waited = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const behind = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800];

export type Metrics = ReturnType<typeof createMetrics>;

/** What the service counts of itself, for Prometheus. Times are seconds, sizes bytes. No label has a value that a sender
 *  chooses freely: sources are those that were configured or have a token. */
export function createMetrics() {
  const registry = new Registry();
  const at = { registers: [registry] };
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name: `weir_${name}_total`, help, labelNames: [...labelNames], ...at });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `weir_${name}`, help, labelNames: [...labelNames], ...at });
  const seconds = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ) => new Histogram<Label>({ name: `weir_${name}_seconds`, help, buckets, labelNames: [...labelNames], ...at });
  return {
    registry,
    intake: {
      bodies: counter('intake_bodies', 'Bodies taken into the journal.', ['door', 'source']),
      bytes: counter('intake_bytes', 'Bytes of bodies taken into the journal.', ['door', 'source']),
      refused: counter('intake_refused', 'Bodies refused, by reason.', ['door', 'reason']),
      repeated: counter('intake_repeated', 'Bodies that had come before and were not taken again.', ['door']),
      acknowledged: seconds('intake_acknowledge', 'From a body received to its acknowledgement.', quick, ['door']),
    },
    journal: {
      bytes: gauge('journal_bytes', 'Bytes of the journal that are not yet in segments.'),
    },
    lake: {
      records: counter('lake_records', 'Records read from bodies.', ['source']),
      rows: counter('lake_rows', 'Rows written.', ['table']),
      rejects: counter('lake_rejects', 'Records that could not be read.', ['source']),
      segments: gauge('lake_segments', 'Segments.', ['table']),
      bytes: gauge('lake_bytes', 'Bytes of segments.'),
      commit: seconds('lake_commit', 'From a batch begun to its commit.', waited),
      behind: gauge('lake_behind_seconds', 'Age of the oldest body that is not yet in segments.'),
    },
    sources: {
      lag: gauge('source_lag_seconds', 'From the latest event of a source to the present.', ['source']),
      seen: gauge('source_seen_timestamp_seconds', 'When a source last sent something (Unix time).', ['source']),
    },
    rules: {
      run: seconds('rule_run', 'A run of a rule.', waited, ['rule']),
      failed: counter('rule_runs_failed', 'Runs that failed.', ['rule']),
      behind: gauge('rule_behind_seconds', 'From the last tick looked at to the present.', ['rule']),
      gaps: gauge('rule_gap_seconds', 'Time of the rule that was not looked at.', ['rule']),
    },
    alerts: {
      opened: counter('alerts_opened', 'Alerts opened.', ['severity']),
      withdrawn: counter('alerts_withdrawn', 'Alerts withdrawn by later evidence.'),
      latency: seconds('alert_latency', 'From the arrival of the evidence to the alert.', behind),
    },
    notify: {
      sent: counter('notices_sent', 'Messages sent.', ['destination']),
      failed: counter('notices_failed', 'Attempts that failed.', ['destination']),
      waiting: gauge('notices_waiting', 'Messages that wait.', ['destination']),
    },
    api: {
      requests: seconds('api_request', 'Requests answered, by route.', waited, ['method', 'route', 'status']),
      listening: gauge('api_event_streams', 'Open streams of events.'),
      logins: counter('logins', 'Attempts to log in.', ['outcome']),
    },
    queries: {
      run: seconds('query', "People's queries, by how they ended.", waited, ['outcome']),
      running: gauge('queries_running', 'Queries that run.'),
    },
  };
}

/** Also measures the process itself: memory, processor time, how long the event loop was held up. */
export function measureProcess({ registry }: Pick<Metrics, 'registry'>): void {
  collectDefaultMetrics({ register: registry });
}
