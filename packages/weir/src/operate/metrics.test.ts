import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('what was counted is told in the form that Prometheus reads, and two services count apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.intake.bytes.inc({ door: 'hec', source: 'zeek' }, 10);
  one.queries.run.observe({ outcome: 'killed' }, 0.2);
  const text = await one.registry.metrics();
  expect(text).toContain('weir_intake_bytes_total{door="hec",source="zeek"} 10');
  expect(text).toContain('weir_query_seconds_bucket{le="0.25",outcome="killed"} 1');
  expect(await other.registry.metrics()).not.toContain('source="zeek"');
});
