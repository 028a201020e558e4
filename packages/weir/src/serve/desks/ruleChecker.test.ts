import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Clock } from '../../model/clock.ts';
import { RuleChecker } from './ruleChecker.ts';

const content = fileURLToPath(new URL('../../../../../content', import.meta.url));
const text = (query: string) => `id: 4b1f0c9e-0000-4000-8000-000000000001
name: Much left
kind: Scheduled
severity: Medium
description: What is told.
queryFrequency: 5m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
relevantTechniques: [T1567]
version: 1.0.0
query: ${query}
`;

let hurry = false;
/** As many milliseconds as it is asked for, or none at all. */
const clock: Clock = {
  now: () => 638_000_000_000_000_000n,
  sleep: (ticks, signal) => setTimeout(hurry ? 0 : Number(ticks / 10_000n), undefined, { signal }),
};
let checker: RuleChecker | undefined;
afterEach(async () => {
  hurry = false;
  await checker?.close();
});
const begun = () => {
  checker = new RuleChecker({ content, watchlists: [{ name: 'Vips', columns: ['Who'] }] }, clock);
  return checker;
};

test('texts are held to what lint says, by the catalogue and the watchlists of the service, in turn', async () => {
  const one = begun();
  const [right, wrong, none] = await Promise.all([
    one.check(text("DeviceNetworkEvents | where DeviceName in (_GetWatchlist('Vips') | project Who)")),
    one.check(text('DeviceNetworkEvents | where BytesSend > 5')),
    one.check('id: ['),
  ]);
  expect(right.rule).toMatchObject({ name: 'Much left', query: expect.stringContaining('Vips') });
  expect(right.mistakes.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(wrong.mistakes).toContainEqual(
    expect.objectContaining({ severity: 'error', place: '13:36', message: expect.stringContaining('BytesSend') }),
  );
  expect(none).toMatchObject({ rule: undefined, mistakes: [{ severity: 'error' }] });
});

test('one that takes too long is refused, and the next is answered', async () => {
  const one = begun();
  hurry = true;
  await expect(one.check(text('DeviceNetworkEvents'))).rejects.toMatchObject({ code: 'RULE_TOO_MUCH' });
  hurry = false;
  expect((await one.check(text('DeviceNetworkEvents'))).rule).toMatchObject({ name: 'Much left' });
});

test('only so many wait, and none once the service stops', async () => {
  const one = begun();
  const taken = Array.from({ length: 8 }, () => one.check(text('DeviceNetworkEvents')).catch((error) => error));
  expect(() => one.check(text('DeviceNetworkEvents'))).toThrow(expect.objectContaining({ code: 'RULES_BUSY' }));
  await one.close();
  expect((await Promise.all(taken)).at(-1)).toMatchObject({ code: 'RULES_BUSY' });
});
