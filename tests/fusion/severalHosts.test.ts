import { describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, flow, frames, fused, name, only } from './fused.ts';

const proxy = { RemoteIP: '10.0.0.80', RemotePort: 3128, Direction: 'internal', FlowEnd: at('10:01:00') };
const probe = { Kind: 'http', Host: 'www.probe.example', BytesSent: 0, Timestamp: at('10:00:00') };
const upload = { Kind: 'http', Host: 'file.io', BytesSent: 59_000_000, Timestamp: at('10:00:02') };

/** The host of the one flow with these names. */
async function hostOf(seen: Row, said: readonly Row[]): Promise<unknown> {
  const names = said.map((facts) => name({ FlowId: seen.FlowId as string, Sensor: seen.Sensor ?? '', ...facts }));
  const { rows } = await fused({ flows: [[seen]], names: [names] });
  const { RemoteHost, RemoteHostSource } = only(rows);
  return `${RemoteHost} ${RemoteHostSource}`;
}

describe('requests to several hosts on one connection', () => {
  test('are named by the host that the bodies went to, and without bodies by the first', async () => {
    const large = { ...proxy, BytesSent: 60_000_000 };
    expect(await hostOf(flow(large), [probe, upload])).toBe('file.io http');
    expect(await hostOf(flow(large), [upload, { ...probe, Timestamp: at('10:00:09') }])).toBe('file.io http');
    const told = [probe, upload].map((each) => ({ ...each, BytesSent: null }));
    expect(await hostOf(flow(large), told)).toBe('www.probe.example http');
    expect(await hostOf(flow({ ...large, BytesSent: null }), [probe, upload])).toBe('file.io http');
  });

  test('are added up by host, the same request told twice once', async () => {
    const many = [1, 2, 3].map((n) => ({ ...upload, BytesSent: 200, Timestamp: at(`10:00:0${n}`) }));
    const one = { ...probe, BytesSent: 500 };
    expect(await hostOf(flow(proxy), [one, ...many])).toBe('file.io http');
    const told = [1, 2, 3].map(() => ({ ...upload, BytesSent: 200 }));
    expect(await hostOf(flow(proxy), [one, ...told])).toBe('www.probe.example http');
  });

  test('name it before what a handshake in it says where they got most of what was sent', async () => {
    const tls = { Kind: 'tls', Host: 'www.probe.example', Timestamp: at('10:00:20') };
    expect(await hostOf(flow({ ...proxy, BytesSent: 60_000_000 }), [upload, tls])).toBe('file.io http');
    expect(await hostOf(flow({ ...proxy, BytesSent: 160_000_000 }), [upload, tls])).toBe('www.probe.example tls');
  });

  test('are the remote side’s on a connection that it opened', async () => {
    const inbound = frames({
      LocalPort: 80,
      RemotePort: 40_000,
      Direction: 'inbound',
      BytesSent: 9,
      BytesReceived: 900,
    });
    const tls = { Kind: 'tls', Host: 'www.probe.example', Timestamp: at('10:00:20') };
    expect(await hostOf(inbound, [{ ...upload, BytesSent: 500 }, tls])).toBe('file.io http');
  });

  test('are told by an endpoint that looked into it, beside what a sensor heard', async () => {
    const ends = { ClientIP: '10.0.0.5', ClientPort: 50_000, ServerIP: '10.0.0.80', ServerPort: 3128 };
    const own = event({ RemoteIP: '10.0.0.80', RemotePort: 3128 });
    const looked = [probe, upload].map((facts) => name({ ...ends, ...facts }));
    expect(only((await fused({ events: [[own]], names: [looked] })).rows)).toMatchObject({ RemoteHost: 'file.io' });
    const seen = flow({ ...proxy, BytesSent: 60_000_000 });
    const heard = [probe, upload].map((facts) => name({ FlowId: seen.FlowId as string, ...facts }));
    const earlier = name({ ...ends, ...probe, BytesSent: null });
    const both = await fused({ events: [[own]], flows: [[seen]], names: [[...heard, earlier]] });
    expect(only(both.rows)).toMatchObject({ RemoteHost: 'file.io', Service: 'file.io' });
  });
});
