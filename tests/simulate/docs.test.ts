import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readScenario } from '../../packages/weir/src/simulate/load.ts';
import { simulate } from '../../packages/weir/src/simulate/simulate.ts';

test('the scenario of docs/scenarios.md is one', () => {
  const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const scenario = readScenario('content/scenarios/packed-upload.yaml', yaml);
  const logs = simulate({ scenarios: [scenario], seed: 0, set: new Map(), start: 0 }, ['zeek'], 'files');
  // A name that is looked up once, six connections.
  expect(logs.find(({ file }) => file === 'zeek/conn.log')?.records).toBe(7);
});
