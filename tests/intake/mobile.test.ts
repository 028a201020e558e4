import { expect, it } from 'vitest';
import { endpointConnections } from '../../packages/weir/src/tables/index.ts';
import { mobileRow } from './examples/mobile.ts';
import { withFiles } from './intake.ts';

const columns = `"DeviceName", "AccountName", "ActionType", "LocalIP", "RemoteIP", "RemotePort", "RemoteHost", "BytesSent"`;

it('of two addresses in one cell the device has its own, and the connection its own time', async () => {
  const rows = [
    mobileRow,
    { ...mobileRow, Status_s: 'blocked', SourceClient_s: '198.51.100.7', Url_s: 'https://files.example/upload?x=1' },
    { ...mobileRow, 'TimestampStart_t [UTC]': 'yesterday' },
    { ...mobileRow, SourceClient_s: '-', Destination_s: '999.1.1.1' },
  ];
  await withFiles({ 'a.json': JSON.stringify(rows) }, async (taken) => {
    expect(taken.rejects.map(({ reason }) => reason)).toEqual([
      'the time of the connection (TimestampStart_t) cannot be read',
    ]);
    expect(await taken.rows(endpointConnections, columns)).toEqual([
      "Mia's phone|mia@larkfield.example|ConnectionFailed|198.51.100.7|203.0.113.9|443|files.example|null",
      "Mia's phone|mia@larkfield.example|ConnectionRequest|10.0.0.5|203.0.113.9|443||null",
      "Mia's phone|mia@larkfield.example|ConnectionRequest|||443||null",
    ]);
    expect(await taken.rows(endpointConnections, `DISTINCT "Timestamp" - 639087468300000000`)).toEqual(['0']);
  });
});
