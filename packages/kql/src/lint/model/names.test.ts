import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance, nearest } from './names.ts';

it.each([
  ['RemotPort', 'RemotePort'],
  ['AccountName', 'InitiatingProcessAccountName'],
  ['remoteport', 'RemotePort'],
  ['LcoalPort', 'LocalPort'],
])('the name nearest to %s is %s', (name, near) => {
  expect(nearest(name, ['DeviceId', 'RemotePort', 'LocalPort', 'InitiatingProcessAccountName'])).toBe(near);
});

it('nothing is near to what is quite another name', () => {
  expect(nearest('ThreatFamily', ['DeviceId', 'RemotePort', 'ReportId'])).toBeUndefined();
});

it('law: the distance is a metric that a limit cuts', () => {
  const text = fc.stringMatching(/^[abc]{0,6}$/);
  fc.assert(
    fc.property(text, text, fc.nat(6), (first, second, limit) => {
      const distance = editDistance(first, second);
      expect(distance === 0).toBe(first === second);
      expect(editDistance(second, first)).toBe(distance);
      expect(distance).toBeGreaterThanOrEqual(Math.abs(first.length - second.length));
      const limited = editDistance(first, second, limit);
      expect(distance > limit ? limited > limit : limited === distance).toBe(true);
    }),
  );
});
