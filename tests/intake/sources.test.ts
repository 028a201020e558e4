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

describe('the list of formats', () => {
  it.each(formats)(
    '$id is what reports call such an input, also with a mark and CRLF, and says what it gives',
    async ({ id, title, gives }) => {
      expect([title !== '', gives.length > 0]).toEqual([true, true]);
      const text = examples[id] ?? '';
      const fromWindows = id === 'netflow' ? [] : [['b.log', `\ufeff${text.replaceAll('\n', '\r\n')}`]];
      await withFiles({ 'a.log': text, ...Object.fromEntries(fromWindows) }, async (taken) => {
        const [plain, marked = plain] = taken.inputs;
        expect(plain?.format?.split(' ')[0]).toBe(id);
        expect(plain?.rows).toBeGreaterThan(0);
        expect({ ...marked, path: '' }).toEqual({ ...plain, path: '' });
        const rows = await everything(taken);
        expect(rows.length).toBe(new Set(rows).size * taken.inputs.length);
      });
    },
  );
});
