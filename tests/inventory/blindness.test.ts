import { describe, expect, test } from 'vitest';
import { detect } from '../../packages/weir/src/detect/detect.ts';
import { isoToTicks } from '../../packages/weir/src/detect/isoTime.ts';
import { ruleQuery } from '../../packages/weir/src/detect/ruleQuery.ts';
import type { Blindness } from '../../packages/weir/src/model/finding.ts';
import { blindnessText } from '../../packages/weir/src/report/blindness.ts';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';
import { at, event, flow, name } from '../fusion/fused.ts';
import { scheduledRule, type World, withWorld } from './world.ts';

const everything = 'weir: { needs: [bytes, process, name] }';

async function blindness(
  world: World,
  query = 'DeviceNetworkEvents',
  more = everything,
): Promise<readonly Blindness[]> {
  return withWorld(world, null, async (lake) => {
    const { runs } = await detect(lake, [scheduledRule(query, more)], {});
    expect(runs[0]?.error).toBeUndefined();
    return runs[0]?.blind ?? [];
  });
}

const texts = async (world: World) => (await blindness(world)).map(blindnessText);

/** A connection that both logs tell of, and a name for it. */
function both(DeviceName: string, LocalIP: string, time: string, port = 50_000) {
  const seen = flow({ LocalIP, LocalPort: port, FlowStart: time });
  return {
    events: [event({ DeviceName, LocalIP, LocalPort: port, Timestamp: time })],
    flows: [seen],
    names: [name({ FlowId: seen.FlowId ?? '', Host: 'files.example', Timestamp: time })],
  };
}

describe('for how much of the data something is not known', () => {
  test('nothing, where both logs tell of every connection', async () => {
    expect(await texts(both('ws-1', '10.0.0.5', at('10:00:00')))).toEqual([]);
  });

  test('of a sensor alone: no process', async () => {
    const { flows, names } = both('ws-1', '10.0.0.5', at('10:00:00'));
    expect(await texts({ flows, names })).toEqual([
      'no process for the one connection that left (told by network logs alone)',
    ]);
  });

  test('of endpoints alone: no bytes and, where they name none, no name', async () => {
    const { events } = both('ws-1', '10.0.0.5', at('10:00:00'));
    expect(await texts({ events: [...events, event({ LocalPort: 50_001, RemoteUrl: 'a.example' })] })).toEqual([
      'no bytes for any of 2 connections that left (told by endpoint logs alone)',
      'no name for 1 of 2 connections that left',
    ]);
  });

  test('hosts that one log does not have, those with most connections first', async () => {
    const seen = both('ws-1', '10.0.0.5', at('10:00:00'));
    const unseen = ['10.0.0.7', '10.0.0.8', '10.0.0.8', '10.0.0.9', '10.0.0.6'].map((LocalIP, index) =>
      flow({ LocalIP, LocalPort: 40_000 + index }),
    );
    const [process] = await blindness({ ...seen, flows: [...seen.flows, ...unseen] });
    expect(process).toMatchObject({
      need: 'process',
      declared: true,
      connections: 6,
      known: 1,
      hosts: { count: 4, most: ['10.0.0.8', '10.0.0.6', '10.0.0.7', '10.0.0.9'], alone: true },
    });
    expect(process && blindnessText(process)).toBe(
      'no process for 5 of 6 connections that left (none at all of 10.0.0.8, 10.0.0.6, 10.0.0.7 and 1 other host: told by network logs alone)',
    );
  });

  test('stretches of time, over hours in which nothing left, and none that one connection ends', async () => {
    const worlds = ['08:00:00', '15:30:00'].map((time, index) => both('ws-1', '10.0.0.5', at(time), 41_000 + index));
    const lost = ['09:10:00', '09:50:00', '12:05:00', '13:59:00', '15:40:00'].map((time, index) =>
      event({ DeviceName: 'ws-1', LocalPort: 42_000 + index, Timestamp: at(time), RemoteUrl: 'files.example' }),
    );
    const said = await texts({
      events: [...worlds.flatMap(({ events }) => events), ...lost],
      flows: worlds.flatMap(({ flows }) => flows),
      names: worlds.flatMap(({ names }) => names),
    });
    expect(said).toEqual(['no bytes for 5 of 7 connections that left (none in 2026-03-12 09:10 to 13:59 UTC)']);
  });

  test('of connections that left alone: none that failed, came in, stayed inside or went to a group', async () => {
    const others = [
      { Outcome: 'failed' },
      { Direction: 'inbound' },
      { RemoteIP: '10.0.0.9' },
      { RemoteIP: '224.0.0.251' },
      { RemoteIP: 'ff02::fb' },
      { RemoteIP: '169.254.1.1' },
    ].map((facts) => flow({ LocalIP: '10.0.0.77', ...facts }));
    expect(await texts({ flows: others })).toEqual(Array(3).fill('no connection that left'));
    const { events, flows, names } = both('ws-1', '10.0.0.5', at('10:00:00'));
    expect(await texts({ events, flows: [...flows, ...others], names })).toEqual([]);
  });

  test('of a scan at one moment, in the time that rules look back to', async () => {
    const { events } = both('ws-1', '10.0.0.5', at('10:00:00'));
    const late = event({ LocalPort: 50_001, Timestamp: at('10:20:00') });
    const told = (asOf: string) =>
      withWorld({ events: [...events, late] }, null, async (lake) => {
        const rules = [scheduledRule('DeviceNetworkEvents', everything)];
        const { runs } = await detect(lake, rules, { asOf: isoToTicks(at(asOf)) ?? 0n });
        return runs[0]?.blind.map(({ need, connections }) => `${need} ${connections}`);
      });
    expect(await told('10:20:00')).toEqual(['bytes 1', 'name 1']);
    expect(await told('10:15:00')).toEqual(['bytes 0', 'process 0', 'name 0']);
    expect(await told('10:14:59')).toEqual(['bytes 1', 'name 1']);
  });

  test('a service that a published address tells has a name', async () => {
    const telegram = flow({ RemoteIP: '149.154.167.220' });
    expect((await blindness({ flows: [telegram] })).map(({ need }) => need)).toEqual(['process']);
  });
});

describe('what a query decides by, where its rule does not say', () => {
  const decidesBy = (query: string) =>
    [...(ruleQuery(scheduledRule(query), weirSchema).decidesBy.get('DeviceNetworkEvents') ?? [])].sort();

  test.each([
    ['DeviceNetworkEvents | where RemotePort == 443', ['RemotePort']],
    [
      'DeviceNetworkEvents | extend Sent = BytesSent * 2 | where Sent > 10 | project DeviceName, Service',
      ['BytesSent'],
    ],
    [
      'DeviceNetworkEvents | summarize Sent = sum(BytesSent), Hosts = make_set(RemoteHost) by Service, AccountName | where Sent > 10',
      ['BytesSent'],
    ],
    [
      'DeviceNetworkEvents | summarize Odd = countif(InitiatingProcessFileName == "x") by Service | where Odd > 1',
      ['InitiatingProcessFileName'],
    ],
    ['DeviceNetworkEvents | top 3 by BytesSent | project DeviceName', ['BytesSent']],
    [
      'union DeviceNetworkEvents, (DeviceNetworkEvents | extend RemotePort = toint(1)) | where Service == "x" or RemotePort == 2',
      ['RemotePort', 'Service'],
    ],
    [
      'let Rows = materialize(DeviceNetworkEvents | project DeviceName, BytesSent); Rows | where BytesSent > toscalar(Rows | summarize avg(BytesSent))',
      ['BytesSent'],
    ],
    [
      'DeviceNetworkEvents | where RemoteHost in ((DeviceNetworkEvents | where LocalPort == 1 | project RemoteUrl))',
      ['LocalPort', 'RemoteHost', 'RemoteUrl'],
    ],
    [
      'DeviceNetworkEvents | join kind=inner (DeviceProcessEvents | where FileName == "x") on DeviceName | project BytesSent',
      ['DeviceName'],
    ],
    ['DeviceProcessEvents | where FileName == "x"', []],
  ])('%s', (query, columns) => {
    expect(decidesBy(query)).toEqual(columns);
  });

  test('is what it may have been blind for; what its rule says it cannot do without comes first', async () => {
    const query = 'DeviceNetworkEvents | where BytesSent > 10 or Service == "x"';
    const { events } = both('ws-1', '10.0.0.5', at('10:00:00'));
    const needs = async (more: string) =>
      (await blindness({ events }, query, more)).map(({ need, declared }) => [need, declared]);
    expect(await needs('')).toEqual([
      ['bytes', false],
      ['name', false],
    ]);
    expect(await needs('weir: { needs: [name] }')).toEqual([
      ['bytes', false],
      ['name', true],
    ]);
  });

  test('is blind where of several things that it can do with one is known of no connection', async () => {
    const query = 'DeviceNetworkEvents | where BytesSent > 10 or InitiatingProcessFileName == "x"';
    const needs = async (world: World) =>
      (await blindness(world, query, 'weir: { needs: [[bytes, process]] }')).map((part) => [part.need, part.declared]);
    const { events, flows } = both('ws-1', '10.0.0.5', at('10:00:00'));
    const nameless = events.map((row) => ({ ...row, InitiatingProcessFileName: '' }));
    expect(await needs({ events: nameless })).toEqual([
      ['bytes', true],
      ['process', true],
    ]);
    expect(await needs({ events })).toEqual([['bytes', false]]);
    expect(await needs({ events: nameless, flows })).toEqual([['process', false]]);
  });
});
