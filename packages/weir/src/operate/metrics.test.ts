import { expect, test } from 'vitest';
import { createMetrics, whenAsked } from './metrics.ts';

test('what was counted is told in the form that Prometheus reads, and two services count apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.queries.run.observe({ outcome: 'killed' }, 0.2);
  expect(await one.registry.metrics()).toContain('weir_query_seconds_bucket{le="0.25",outcome="killed"} 1');
  expect(await other.registry.metrics()).not.toContain('killed');
});

test('what is known anyway is read when it is asked for, and what is gone is no longer told', async () => {
  const metrics = createMetrics();
  let sources = [{ labels: { source: 'zeek "a"\n' }, value: 3 }];
  whenAsked(metrics, { kind: 'total', name: 'rows', help: 'Rows.', labels: ['source'] }, () => sources);
  whenAsked(metrics, { kind: 'gauge', name: 'held_bytes', help: 'Held.' }, () => [{ value: sources.length }]);
  expect(await metrics.registry.metrics()).toContain('weir_rows_total{source="zeek \\"a\\"\\n"} 3');
  expect(await metrics.registry.metrics()).toContain('weir_rows_total{source="zeek \\"a\\"\\n"} 3');
  sources = [];
  const text = await metrics.registry.metrics();
  expect(text).not.toContain('zeek');
  expect(text).toContain('weir_held_bytes 0');
});
