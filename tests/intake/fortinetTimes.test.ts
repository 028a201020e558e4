import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { fortigate } from './examples/normal.ts';
import { withFiles } from './intake.ts';

const withoutEpoch = (tz: string, time: string, date = '2026-03-10'): string =>
  fortigate({ eventtime: undefined, duration: '0', tz: `"${tz}"`, time, date });

describe("a FortiGate's local time", () => {
  it('is read by the name of its zone, in summer and winter', async () => {
    const text = [
      withoutEpoch('+0000', '08:15:30'),
      withoutEpoch('Europe/Berlin', '09:15:30'),
      withoutEpoch('America/St_Johns', '05:45:30'),
      withoutEpoch('Europe/Berlin', '10:15:30', '2026-07-10'),
    ].join('');
    await withFiles({ 'a.log': text }, async ({ rows }) => {
      const [march, july] = [639_087_273_300_000_000n, 639_087_273_300_000_000n + 122n * 864_000_000_000n];
      expect(await rows(networkFlows, '"FlowStart"')).toEqual([march, march, march, july].map(String));
    });
  });

  it('is rejected where the zone is unknown, where clocks had it twice or never, and where it is no time', async () => {
    const text = [
      withoutEpoch('Europe/Nowhere', '09:15:30'),
      withoutEpoch('Europe/Berlin', '02:30:00', '2026-10-25'),
      withoutEpoch('Europe/Berlin', '02:30:00', '2026-03-29'),
      withoutEpoch('Europe/Berlin', '99:99:99'),
      withoutEpoch('+0100', '99:99:99'),
    ].join('');
    await withFiles({ 'a.log': fortigate() + text }, async ({ rejects }) => {
      const reason = 'the time cannot be read: no year, or a form or zone that Weir does not know';
      expect(rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual(
        [2, 3, 4, 5, 6].map((line) => `${line} ${reason}`),
      );
    });
  });
});
