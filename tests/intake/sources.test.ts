import { describe, expect, it } from 'vitest';
import { formats } from '../../packages/weir/src/normalize/formats.ts';
import { everything } from './alike.ts';
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

/** As Windows writes text: with a mark in front, and CRLF. */
function fromWindows(text: string): string {
  return `\ufeff${text.replaceAll('\n', '\r\n')}`;
}

describe('the list of formats', () => {
  it.each(formats)('$id is what reports call such an input, and says what it gives', async ({ id, title, gives }) => {
    expect([title !== '', gives.length > 0]).toEqual([true, true]);
    const text = examples[id] ?? '';
    await withFiles({ 'a.log': id === 'netflow' ? text : fromWindows(text) }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ rejects: 0, complete: true });
      expect(taken.inputs[0]?.format?.split(' ')[0]).toBe(id);
      expect(taken.inputs[0]?.rows).toBeGreaterThan(0);
      // Neither the mark nor a CR is part of a value.
      expect((await everything(taken)).filter((row) => /[\ufeff\r]/.test(row))).toEqual([]);
    });
  });
});
