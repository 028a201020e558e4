import { expect, it } from 'vitest';
import { intakeTables } from '../../packages/weir/src/tables/index.ts';
import { elasticDocument, ndjson } from './examples/endpoint.ts';
import { type Files, withFiles } from './intake.ts';

const ofSensor = { agent: { type: 'filebeat' }, event: { module: 'panw', dataset: 'panw.panos' } };
const gone = { source: undefined, destination: undefined };
const usual = Array.from({ length: 20_400 }, (_, index) =>
  elasticDocument({
    ...ofSensor,
    event: { ...ofSensor.event, id: `usual-${index}` },
    host: { ip: ['10.0.0.5'] },
    source: { port: 1024 + (index % 60_000), bytes: index },
  }),
);
const odd = [
  elasticDocument({
    ...gone,
    event: { action: 'start', category: ['process'], dataset: 'endpoint.events.process', id: 'odd-1' },
    process: { command_line: 'rclone copy a b' },
  }),
  elasticDocument({
    ...gone,
    event: { action: 'lookup_result', id: 'odd-2' },
    dns: { question: { name: 'up.larkfield.example', type: 'A' }, resolved_ip: ['203.0.113.9'] },
  }),
  // A flow with a name feeds two tables.
  elasticDocument({
    ...ofSensor,
    event: { ...ofSensor.event, id: 'odd-3' },
    source: { bytes: 9 },
    url: { domain: 'up.larkfield.example' },
  }),
  elasticDocument({ event: { id: 'odd-5' } }),
  // Nothing that is used.
  elasticDocument({ ...gone, event: { category: ['registry'], dataset: 'endpoint.events.registry', id: 'odd-4' } }),
];

async function told(files: Files) {
  return withFiles(files, async ({ inputs, lake }) => ({
    counts: inputs.map(({ records, rows, ignored, rejects }) => [records, rows, ignored, rejects]),
    // The rows in no order.
    tables: await Promise.all(
      intakeTables.map(({ name }) =>
        lake.engine.rows(`SELECT '${name}' AS name, count(*) AS rows, sum(hash(each)) AS hash FROM "${name}" AS each`),
      ),
    ),
  }));
}

// Of so many records a sample of the file is asked, and none of these is in it.
it('records that feed other tables, two or none are so in a large file of one kind', async () => {
  const parts = await told({
    'a.json': ndjson(usual.slice(0, 10_000)),
    'b.json': ndjson(usual.slice(10_000)),
    'odd.json': ndjson(odd),
  });
  expect(parts.counts.at(-1)).toEqual([5, 4, 1, 0]);
  const whole = await told({ 'all.json': ndjson([...usual.slice(0, 1_000), ...odd, ...usual.slice(1_000)]) });
  expect(whole.counts).toEqual([[20_405, 20_404, 1, 0]]);
  expect(whole.tables).toEqual(parts.tables);
}, 120_000);
