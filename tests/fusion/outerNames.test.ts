import { describe, expect, test } from 'vitest';
import { at, event, flow, fused, name, only } from './fused.ts';

const outer = 'cloudflare-ech.com';
const seen = flow({ RemoteIP: '104.20.4.235' });
const handshake = name({ FlowId: seen.FlowId as string, Host: outer });
const answer = name({
  Kind: 'dns',
  ClientIP: '10.0.0.5',
  ServerIP: '104.20.4.235',
  Host: 'pastebin.com',
  TtlSeconds: 300,
  Timestamp: at('09:59:59'),
});

describe('a connection with an encrypted hello', () => {
  test('is named by what the client was answered, not by who fronts', async () => {
    const own = event({ RemoteIP: '104.20.4.235', RemoteUrl: outer });
    for (const events of [[], [[own]]]) {
      const { rows } = await fused({ events, flows: [[seen]], names: [[handshake, answer]] });
      expect(only(rows)).toMatchObject({ RemoteHost: 'pastebin.com', RemoteHostSource: 'dns', Service: 'Pastebin' });
    }
  });

  test('and no answer has no name, whoever told the one that fronts', async () => {
    const looked = name({
      ClientIP: '10.0.0.5',
      ClientPort: 50_000,
      ServerIP: '104.20.4.235',
      ServerPort: 443,
      Host: outer,
    });
    const front = { ...answer, Host: outer };
    const own = event({ RemoteIP: '104.20.4.235', RemoteUrl: `https://${outer}/` });
    const { rows, report } = await fused({ events: [[own]], flows: [[seen]], names: [[handshake, looked, front]] });
    expect(only(rows)).toMatchObject({ RemoteHost: '', RemoteHostSource: '', RemoteUrl: `https://${outer}/` });
    expect(report).toMatchObject({ connections: 1, withName: 0 });
  });

  test('through a proxy is named by what the client asked the proxy for', async () => {
    const through = flow({ RemoteIP: '10.0.0.80', RemotePort: 3128, Direction: 'internal' });
    const names = [
      name({ FlowId: through.FlowId as string, Host: outer }),
      name({ FlowId: through.FlowId as string, Kind: 'proxy', Host: 'pastebin.com' }),
    ];
    const { rows } = await fused({ flows: [[through]], names: [names] });
    expect(only(rows)).toMatchObject({ RemoteHost: 'pastebin.com', RemoteHostSource: 'proxy' });
  });
});
