import { expect, test } from 'vitest';
import { recognise } from './recognise.ts';
import { sampleText } from './sample.ts';

const of = (text: string) => recognise(sampleText(text, 'a-file', true));
const unknown = { reason: 'of no format that Weir knows; see weir sources' };

test('a part of a table of Defender is refused with the columns that it lacks, in CSV and in JSON', () => {
  const reason = "looks like Defender's DeviceNetworkEvents, but lacks ActionType, RemotePort: export these too";
  const cells = ['2026-11-20T01:00:02Z', 'ws-1', 'a.example', '203.0.113.9', 'curl.exe'];
  const names = ['Timestamp', 'DeviceName', 'RemoteUrl', 'RemoteIP', 'InitiatingProcessFileName'];
  expect(of(`${names.join(',')}\n${cells.join(',')}\n`)).toEqual({ reason });
  const row = Object.fromEntries(names.map((name, at) => [name, cells[at]]));
  expect(of(JSON.stringify({ Stats: {}, Schema: [], Results: [row, row] }))).toEqual({ reason });
  const columns = names.map((name) => ({ name, type: 'string' }));
  expect(of(JSON.stringify({ tables: [{ name: 'PrimaryResult', columns, rows: [cells, cells] }] }))).toEqual({
    reason,
  });
  expect(of('DeviceName,RemoteUrl,InitiatingProcessFileName,count_\nws-1,a.example,curl.exe,4\n')).toEqual({
    reason:
      "looks like Defender's DeviceNetworkEvents, but lacks Timestamp, ActionType, RemoteIP, RemotePort: export these too",
  });
});

test('of other columns nothing is said to be lacking', () => {
  expect(of('Timestamp,DeviceName,RemoteIP,Owner\n2026-11-20T01:00:02Z,ws-1,203.0.113.9,me\n')).toEqual(unknown);
  expect(of('{"InitiatingProcessFileName":"curl.exe","RemoteIP":"203.0.113.9"}\n')).toEqual(unknown);
});

test("a Zscaler feed of the firewall's logs is told from one of the web's", () => {
  const reason = expect.stringMatching(/^looks like a Zscaler feed of the firewall's logs; .*reads the web logs alone/);
  const event = { datetime: 'Tue Mar 10 08:15:30 2026', csip: '10.4.8.15', cdip: '203.0.113.9', outbytes: '5' };
  expect(of(`${JSON.stringify({ sourcetype: 'zscalernss-fw', event })}\n`)).toEqual({ reason });
  expect(of(`${JSON.stringify(event)}\n`)).toEqual({ reason });
});

test('events of Get-WinEvent are refused with the command that exports them', () => {
  const reason = expect.stringMatching(/^looks like .*Get-WinEvent.*; export them as XML: wevtutil qe .* \/f:xml/);
  const names = '"Message","Id","ProviderName","LogName","MachineName","TimeCreated"';
  const event =
    '"Network connection detected:\r\nImage: C:\\a.exe","3","Microsoft-Windows-Sysmon","x","ws-1","11/20/2026"';
  const type = '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord';
  expect(of(`${type}\r\n${names}\r\n${event}\r\n`)).toEqual({ reason });
  expect(of(`${names}\r\n${event}\r\n`)).toEqual({ reason });
  const json = { Id: 3, MachineName: 'ws-1', Message: 'Network', TimeCreated: '/Date(1)/', ProviderName: 'Sysmon' };
  expect(of(JSON.stringify([json, json], null, 1))).toEqual({ reason });
});
