import { expect, test } from 'vitest';
import { at, event, flow, fused, rowOf } from './fused.ts';

const by = (DeviceId: string, time: string, LocalPort: number) => event({ DeviceId, Timestamp: at(time), LocalPort });

test('machines that go by one name at a time are told, and which of them a flow is of is not known', async () => {
  const seen = flow({ RemoteIP: '203.0.113.77', FlowStart: at('10:10:00') });
  const clones = [by('a1', '10:00:00', 1), by('b2', '10:05:00', 2), by('A1', '10:09:00', 3), by('b2', '10:20:00', 4)];
  const { rows, report } = await fused({ events: [clones], flows: [[seen]] });
  expect(report.notes.join(' ')).toContain(
    'Several machines at a time go by one name, each with a DeviceId of its own (names: 1; ws-1).',
  );
  expect(rowOf(rows, seen)).toMatchObject({ DeviceName: 'ws-1', DeviceId: '' });
  expect(new Set(rows.map(({ DeviceId }) => DeviceId))).toEqual(new Set(['', 'a1', 'A1', 'b2']));
});

test('a machine that was set up anew is one, by whichever id', async () => {
  const seen = flow({ RemoteIP: '203.0.113.77', FlowStart: at('10:10:00') });
  const anew = [by('a1', '10:00:00', 1), by('a1', '10:05:00', 2), by('b2', '10:09:00', 3)];
  const { rows, report } = await fused({ events: [anew], flows: [[seen]] });
  expect(report.notes.join(' ')).not.toContain('Several machines');
  expect(rowOf(rows, seen)).toMatchObject({ DeviceName: 'ws-1', DeviceId: '' });
  const one = await fused({ events: [anew.slice(0, 2)], flows: [[seen]] });
  expect(rowOf(one.rows, seen)).toMatchObject({ DeviceName: 'ws-1', DeviceId: 'a1' });
});
