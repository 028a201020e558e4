import { beforeAll, describe, expect, test } from 'vitest';
import { at, event, type FusedRow, flow, frames, fused, name, part } from './fused.ts';

/** One world: each connection of it has a port of its own. */
const alone = flow({ LocalPort: 1, AppProtocol: 'mega-uploading' });
const met = flow({ LocalPort: 2, AppProtocol: 'mega-uploading', RemoteIP: '203.0.113.20' });
const program = event({ LocalPort: 2, RemoteIP: '203.0.113.20' });
const inside = flow({ LocalPort: 3, AppProtocol: 'github-base', Direction: 'internal', RemoteIP: '10.0.9.9' });
const inbound = flow({ LocalPort: 4, AppProtocol: 'slack-base', Direction: 'inbound' });
const protocol = flow({ LocalPort: 5, AppProtocol: 'ssl', RemoteIP: '149.154.167.99' });
const known = flow({ LocalPort: 6, AppProtocol: 'dropbox' });
const strange = flow({ LocalPort: 7, AppProtocol: 'dropbox' });
const ranged = flow({ LocalPort: 8, AppProtocol: 'discord-base', RemoteIP: '149.154.167.99' });
const twice = [
  flow({ LocalPort: 9, AppProtocol: 'ssl' }),
  frames({ LocalPort: 9, AppProtocol: 'boxnet-base' }),
] as const;
const parts = [
  part({ LocalPort: 10, AppProtocol: 'ssl', FlowEnd: at('10:00:30') }),
  part({ LocalPort: 10, AppProtocol: 'boxnet-uploading', FlowStart: at('10:00:30'), FlowEnd: at('10:01:00') }),
] as const;
const finished = {
  EventId: 'row:1',
  Timestamp: at('11:00:00'),
  RemoteIP: '203.0.113.44',
  LocalPort: 11,
  Application: 'wetransfer-uploading',
};

let rows: FusedRow[];
beforeAll(async () => {
  const flows = [alone, met, inside, inbound, protocol, known, strange, ranged, ...twice, ...parts];
  const names = [
    name({ FlowId: known.FlowId as string, Host: 'gfs270n101.userstorage.mega.co.nz' }),
    name({ FlowId: strange.FlowId as string, Host: 'files.example.com' }),
  ];
  ({ rows } = await fused({ flows: [flows], events: [[program]], names: [names], finished: [[finished]] }));
}, 60_000);

const told = (port: number) =>
  rows
    .filter(({ LocalPort }) => LocalPort === port)
    .map((row) => `${row.Application}|${row.Service}|${row.RemoteHost}|${row.RemoteHostSource}|${row.Fusion}`);

describe('what a sensor calls the application', () => {
  test('names the service of a flow, and of the event that meets it', () => {
    expect(told(1)).toEqual(['mega-uploading|MEGA||application|flow']);
    expect(told(2)).toEqual(['mega-uploading|MEGA||application|fused']);
    expect(rows.find(({ LocalPort }) => LocalPort === 1)).toMatchObject({
      ServiceCategory: 'file-sharing',
      SubTechnique: 'T1567.002',
    });
  });

  test('says nothing of what stays inside or comes in: it may be an own server', () => {
    expect(told(3)).toEqual(['||||flow']);
    expect(told(4)).toEqual(['||||flow']);
  });

  test('is not kept where it is a protocol, and the address decides', () => {
    expect(told(5)).toEqual(['|Telegram||address|flow']);
  });

  test('gives way to a host that the catalogue knows, and stands in for one that it does not', () => {
    expect(told(6)).toEqual(['dropbox|MEGA|gfs270n101.userstorage.mega.co.nz|tls|flow']);
    expect(told(7)).toEqual(['dropbox|Dropbox|files.example.com|tls|flow']);
  });

  test('goes before the address', () => {
    expect(told(8)).toEqual(['discord-base|Discord||application|flow']);
  });

  test('is of a connection, whichever sensor or part of a log tells it', () => {
    expect(told(9)).toEqual(['boxnet-base|Box||application|flow']);
    expect(told(10)).toEqual(['boxnet-uploading|Box||application|flow']);
  });

  test('tags a row that came in finished', () => {
    expect(told(11)).toEqual(['wetransfer-uploading|WeTransfer||application|']);
  });
});
