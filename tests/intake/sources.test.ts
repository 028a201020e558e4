import { describe, expect, it } from 'vitest';
import { formats } from '../../packages/weir/src/normalize/formats.ts';
import { endpointExamples } from './examples/endpoint.ts';
import { firstExamples } from './examples/first.ts';
import { flowExamples } from './examples/flows.ts';
import { mobileExamples } from './examples/mobile.ts';
import { normalExamples } from './examples/normal.ts';
import { proxyExamples } from './examples/proxies.ts';
import { sensorExamples } from './examples/sensors.ts';
import { withFiles } from './intake.ts';

/** A small file of each format, by its id. */
const examples: Readonly<Record<string, string>> = {
  ...firstExamples,
  ...sensorExamples,
  ...endpointExamples,
  ...flowExamples,
  ...proxyExamples,
  ...normalExamples,
  ...mobileExamples,
};

describe('the list of formats', () => {
  it.each(formats)('$id is what reports call such an input, and says what it gives', async ({ id, title, gives }) => {
    expect([title !== '', gives.length > 0]).toEqual([true, true]);
    await withFiles({ 'a.log': examples[id] ?? '' }, async ({ inputs }) => {
      expect(inputs[0]?.format?.split(' ')[0]).toBe(id);
      expect(inputs[0]?.rows).toBeGreaterThan(0);
    });
  });
});
