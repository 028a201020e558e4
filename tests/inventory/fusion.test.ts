import { describe, expect, test } from 'vitest';
import type { Lake } from '../../packages/weir/src/lake/lake.ts';
import { at, event, flow, name } from '../fusion/fused.ts';
import { type World, withWorld } from './world.ts';

const northgate = `
sites:
  - name: Northgate
    networks: [10.0.0.0/16, 198.51.100.0/24]
    sensors: [zeek-north]
`;

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(lake: Lake, table: string, columns: string): Promise<Row[]> {
  return lake.engine.rows<Row>(`SELECT ${columns} FROM "${table}" ORDER BY "EventId"`);
}

const sides =
  '"LocalIP", "RemoteIP", "Direction", "LocalPort", "BytesSent", "BytesReceived", "IpBytesSent", "PacketsReceived"';

async function turned(world: World, inventory: string | null = northgate): Promise<Row[]> {
  return withWorld(world, inventory, (lake) => rowsOf(lake, 'NetworkFlows', sides));
}

describe('networks of ours', () => {
  const facts = {
    LocalPort: 50_000,
    RemotePort: 443,
    BytesSent: 1000,
    BytesReceived: 200,
    IpBytesSent: 1100,
    PacketsReceived: 3,
  };
  const between = (LocalIP: string, RemoteIP: string, Direction: string) =>
    flow({ ...facts, LocalIP, RemoteIP, Direction });
  const [ours, other, stranger, inside] = ['198.51.100.7', '198.51.100.8', '203.0.113.10', '10.0.0.5'];
  const kept = { LocalPort: 50_000, BytesSent: 1000n, BytesReceived: 200n, IpBytesSent: 1100n, PacketsReceived: 3n };
  const swapped = { LocalPort: 443, BytesSent: 200n, BytesReceived: 1000n, IpBytesSent: null, PacketsReceived: null };

  const cases = [
    [
      'a stranger who opened a connection to us is the remote side',
      between(stranger, ours, 'outbound'),
      [ours, stranger, 'inbound', swapped],
    ],
    ['so is one who opened none', between(stranger, ours, 'inbound'), [ours, stranger, 'outbound', swapped]],
    ['what we open to a stranger stays', between(ours, stranger, 'outbound'), [ours, stranger, 'outbound', kept]],
    ['what a stranger opens to us stays', between(ours, stranger, 'inbound'), [ours, stranger, 'inbound', kept]],
    [
      'from inside to a public address of ours is internal',
      between(inside, ours, 'outbound'),
      [inside, ours, 'internal', kept],
    ],
    [
      'and from there to the inside, of the side that opened it',
      between(inside, ours, 'inbound'),
      [ours, inside, 'internal', swapped],
    ],
    ['between two public addresses of ours', between(ours, other, 'outbound'), [ours, other, 'internal', kept]],
    ['what is internal already stays', between(inside, ours, 'internal'), [inside, ours, 'internal', kept]],
    [
      'and so does what has nothing to do with it',
      between(inside, stranger, 'inbound'),
      [inside, stranger, 'inbound', kept],
    ],
    ['a flow whose remote side nobody told', between(ours, '', 'outbound'), [ours, '', 'outbound', kept]],
  ] as const;

  test('are the local side, and what is between them is internal', async () => {
    const flows = cases.map(([, given]) => given);
    const rows = await turned({ flows });
    const before = await turned({ flows }, null);
    for (const [index, [what, given, [LocalIP, RemoteIP, Direction, figures]]] of cases.entries()) {
      expect({ what, row: rows[index] }).toEqual({ what, row: { LocalIP, RemoteIP, Direction, ...figures } });
      const { LocalIP: local, RemoteIP: remote, Direction: direction } = given;
      expect(before[index]).toEqual({ LocalIP: local, RemoteIP: remote, Direction: direction, ...kept });
    }
  });

  test('are inside for whoever goes there, whatever an endpoint says that does not know them', async () => {
    const world = {
      flows: [between(inside, ours, 'outbound'), between(inside, stranger, 'outbound')],
      events: [ours, stranger].map((RemoteIP) => event({ LocalIP: '10.0.0.9', RemoteIP, RemoteIPType: 'Public' })),
    };
    const types = (inventory: string | null) =>
      withWorld(world, inventory, (lake) => rowsOf(lake, 'DeviceNetworkEvents', '"RemoteIP", "RemoteIPType"'));
    const of = (RemoteIP: string, RemoteIPType: string) => ({ RemoteIP, RemoteIPType });
    const known = await types(northgate);
    expect(known).toHaveLength(4);
    expect(known).toEqual(
      expect.arrayContaining([of(ours, 'Private'), of(stranger, 'Reserved'), of(stranger, 'Public')]),
    );
    expect(known).not.toContainEqual(of(ours, 'Public'));
    expect(await types(null)).toContainEqual(of(ours, 'Public'));
  });

  test('an IPv4 address that IPv6 maps is the same network', async () => {
    const [row] = await turned({ flows: [between(stranger, `::ffff:${ours}`, 'outbound')] });
    expect(row).toMatchObject({ RemoteIP: stranger, Direction: 'inbound' });
  });

  test('a turned flow finds the event of the server that it is about', async () => {
    const served = event({
      ActionType: 'InboundConnectionAccepted',
      DeviceName: 'web-1',
      LocalIP: ours,
      LocalPort: 443,
      RemoteIP: stranger,
      RemotePort: 50_000,
      InitiatingProcessFileName: 'nginx',
    });
    const seen = between(stranger, ours, 'outbound');
    const rows = await withWorld({ events: [served], flows: [seen] }, northgate, (lake) =>
      rowsOf(lake, 'DeviceNetworkEvents', '"DeviceName", "LocalIP", "ActionType", "Fusion", "BytesSent", "Site"'),
    );
    expect(rows).toEqual([
      {
        DeviceName: 'web-1',
        LocalIP: ours,
        ActionType: 'InboundConnectionAccepted',
        Fusion: 'fused',
        BytesSent: 200n,
        Site: 'Northgate',
      },
    ]);
  });
});

describe('sites', () => {
  const two = `
sites:
  - { name: Northgate, networks: [10.0.0.0/16, 192.168.1.0/24], sensors: [zeek-north] }
  - { name: Millside, networks: [10.2.0.0/16, 192.168.1.0/24], sensors: [zeek-mill] }
`;
  const placed = (world: World, inventory: string | null = two) =>
    withWorld(world, inventory, async (lake) =>
      (await rowsOf(lake, 'DeviceNetworkEvents', '"LocalIP", "Fusion", "Site", "RemoteHost"')).map((row) =>
        Object.values(row).join(' '),
      ),
    );
  const from = (LocalIP: string, Sensor: string, more = {}) => flow({ LocalIP, Sensor, ...more });

  test('are those of the address, else of the sensor, where the log names none', async () => {
    const rows = await placed({
      flows: [
        from('10.0.0.5', 'zeek-mill'),
        from('10.2.0.5', ''),
        from('10.77.0.1', 'zeek-mill'),
        from('10.77.0.2', 'zeek-other'),
        from('10.0.0.6', 'zeek-north', { Site: 'as logged' }),
      ],
      events: [event({ LocalIP: '10.2.0.9' }), event({ LocalIP: '10.77.0.9', DeviceName: 'ws-2' })],
    });
    expect(rows.sort()).toEqual([
      '10.0.0.5 flow Northgate ',
      '10.0.0.6 flow as logged ',
      '10.2.0.5 flow Millside ',
      '10.2.0.9 endpoint Millside ',
      '10.77.0.1 flow Millside ',
      '10.77.0.2 flow  ',
      '10.77.0.9 endpoint  ',
    ]);
  });

  test('do not part a device from the sensor of another site that saw it', async () => {
    const world = { events: [event({ LocalIP: '10.2.0.5' })], flows: [from('10.2.0.5', 'zeek-north')] };
    expect(await placed(world)).toEqual(['10.2.0.5 fused Millside ']);
    expect(await placed(world, null)).toEqual(['10.2.0.5 fused  ']);
  });

  test('tell two machines with one address apart, and keep the names that their sensors heard', async () => {
    const north = from('192.168.1.5', 'zeek-north');
    const mill = from('192.168.1.5', 'zeek-mill');
    const heard = (seen: typeof north, Host: string) =>
      name({
        FlowId: seen.FlowId ?? '',
        Sensor: seen.Sensor ?? '',
        ClientIP: '192.168.1.5',
        ServerIP: '203.0.113.10',
        Host,
      });
    const rows = await placed({ flows: [north, mill], names: [heard(north, 'a.example'), heard(mill, 'b.example')] });
    expect(rows).toEqual(['192.168.1.5 flow Northgate a.example', '192.168.1.5 flow Millside b.example']);
  });
});

test('a proxy that the inventory names is one without a CONNECT', async () => {
  const toProxy = flow({ LocalIP: '10.0.0.5', RemoteIP: '10.0.0.8', RemotePort: 8080, FlowEnd: at('10:00:30') });
  const onwards = flow({ LocalIP: '10.0.0.8', RemoteIP: '203.0.113.10', FlowStart: at('10:00:01') });
  const names = [toProxy, onwards].map(({ FlowId = '' }) => name({ FlowId, Host: 'files.example' }));
  const world = { flows: [toProxy, onwards], names };
  const rules = (inventory: string | null) =>
    withWorld(world, inventory, async (lake) =>
      (await rowsOf(lake, 'DeviceNetworkEvents', '"FusionRule"')).map(({ FusionRule }) => FusionRule),
    );
  expect(await rules('proxies:\n  - { address: 10.0.0.8, port: 8080 }')).toEqual(['', 'proxy-outer-leg']);
  expect(await rules(null)).toEqual(['', '']);
});
