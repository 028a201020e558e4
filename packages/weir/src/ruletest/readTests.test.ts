import { expect, test } from 'vitest';
import { deviceNetworkEvents, deviceProcessEvents } from '../tables/index.ts';
import { readTests } from './readTests.ts';

test('common columns stand in every row that does not say otherwise', () => {
  const [only] = readTests(
    'tests.yaml',
    `common: { DeviceName: ws-1, RemotePort: 443 }
tests:
  - name: one
    common: { RemotePort: 80 }
    rows:
      - { Timestamp: 2026-03-02T09:00:00Z }
    tables:
      DeviceProcessEvents:
        - { Timestamp: 2026-03-02T08:00:00Z, FileName: curl.exe }
    expect: []
`,
  );
  expect(only?.at).toEqual({ path: 'tests.yaml', line: 3, column: 5 });
  expect(only?.data).toEqual({
    kind: 'rows',
    rows: new Map([
      [deviceNetworkEvents, [{ DeviceName: 'ws-1', RemotePort: 80, Timestamp: '2026-03-02T09:00:00Z' }]],
      [deviceProcessEvents, [{ FileName: 'curl.exe', Timestamp: '2026-03-02T08:00:00Z' }]],
    ]),
  });
});

test('logs are named as they stand beside the tests', () => {
  const text = 'tests:\n  - name: x\n    files: [conn.log, a/b.json]\n    inventory: ours.yaml\n    expect: []\n';
  expect(readTests('/rules/a/tests.yaml', text)[0]?.data).toEqual({
    kind: 'logs',
    paths: ['/rules/a/conn.log', '/rules/a/a/b.json'],
    inventory: '/rules/a/ours.yaml',
  });
});

const row = '{ Timestamp: 2026-03-02T09:00:00Z }';

test.each([
  ['a column that no table has', `rows: [{ RemotePrt: 1 }]`, '3:14', 'DeviceNetworkEvents stores no column RemotePrt'],
  ['a value of another type', `rows: [{ RemotePort: https }]`, '3:14', 'RemotePort: "https" is no int'],
  ['a port that no int holds', `rows: [{ RemotePort: 4294967296 }]`, '3:14', 'RemotePort: 4294967296 is no int'],
  [
    'a day that is none',
    `rows: [{ Timestamp: 2026-02-30T09:00:00Z }]`,
    '3:14',
    'Timestamp: "2026-02-30T09:00:00Z" is no datetime',
  ],
  ['a row without a time', `rows: [{ RemotePort: 1 }]`, '3:12', 'a row without Timestamp'],
  ['a table that is none', `tables: { DnsEvent: [${row}] }`, '3:15', 'no table DnsEvent'],
  ['rows twice', `rows: [${row}]\n    tables: { DeviceNetworkEvents: [${row}] }`, '4:15', 'has rows already'],
  [
    'one id twice',
    `rows: [{ Timestamp: 2026-03-02, EventId: row-1 }, ${row}]`,
    '3:55',
    'a second row with the EventId row-1',
  ],
  ['rows and logs', `rows: [${row}]\n    file: conn.log`, '2:5', 'rows and files at once'],
  ['nothing to look at', `asOf: 2026-03-02`, '2:5', 'no rows, tables, file or files'],
  ['a moment that is none', `asOf: today\n    rows: [${row}]`, '3:5', 'asOf: today is no moment'],
  ['a key that is none', `row: [${row}]`, '3:5', 'unknown key; did you mean rows?'],
  ['an inventory without logs', `rows: [${row}]\n    inventory: ours.yaml`, '4:5', 'an inventory file goes with file'],
])('%s', (_, written, place, message) => {
  const text = `tests:\n  - name: x\n    ${written}\n    expect: []\n`;
  expect(() => readTests('tests.yaml', text)).toThrow(
    expect.objectContaining({
      code: 'RULE_TEST_INVALID',
      place: `tests.yaml:${place}`,
      message: expect.stringContaining(message),
    }),
  );
});

test.each([
  ['a field that is none', '{ devise: ws-1 }', 'unknown key; did you mean device?'],
  ['a range that holds nothing', '{ score: 90..70 }', 'a whole number or a range'],
  ['a severity that is none', '{ severity: grave }', 'severity'],
  ['a moment that is none', '{ firstSeen: noon }', 'a moment or a range'],
  ['a text where a number belongs', '{ bytesSent: unknown }', 'or null for unknown'],
])('expected: %s', (_, written, message) => {
  const text = `tests:\n  - name: x\n    rows: [${row}]\n    expect:\n      - ${written}\n`;
  expect(() => readTests('tests.yaml', text)).toThrow(
    expect.objectContaining({ place: 'tests.yaml:5:11', message: expect.stringContaining(message) }),
  );
});

test('a name that two tests have', () => {
  const one = `  - { name: x, rows: [${row}], expect: [] }\n`;
  expect(() => readTests('tests.yaml', `tests:\n${one}${one}`)).toThrow(
    expect.objectContaining({ place: 'tests.yaml:3:7', message: 'a second test named x' }),
  );
});
