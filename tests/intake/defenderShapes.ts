/** Records of Defender as plain objects, and every shape that Microsoft's products put them in. */
export type Row = Readonly<Record<string, unknown>>;

const tenant = '11111111-2222-4333-8444-555555555555';

/** One connection by a process, one seen by network inspection, one process start. */
export const sampleRows: readonly Row[] = [
  {
    Timestamp: '2026-03-10T08:15:30.1234567Z',
    DeviceId: 'd1',
    DeviceName: 'ws-01.example',
    ActionType: 'ConnectionSuccess',
    RemoteIP: '203.0.113.9',
    RemotePort: 443,
    RemoteUrl: 'https://upload.example/path?q=1',
    LocalIP: '10.0.0.5',
    LocalPort: 50001,
    Protocol: 'Tcp',
    InitiatingProcessFileName: 'curl.exe',
    InitiatingProcessCommandLine: 'curl.exe -T "a, b.zip" https://upload.example/',
    InitiatingProcessId: 4711,
    InitiatingProcessAccountName: 'ada',
    InitiatingProcessCreationTime: '2026-03-10T08:15:00Z',
    ReportId: 17,
    AdditionalFields: '{}',
  },
  {
    Timestamp: '2026-03-10T08:15:31.5Z',
    DeviceId: 'd1',
    DeviceName: 'ws-01.example',
    ActionType: 'SslConnectionInspected',
    RemoteIP: '203.0.113.9',
    RemotePort: 443,
    RemoteUrl: '',
    LocalIP: '10.0.0.5',
    LocalPort: 50001,
    Protocol: 'Tcp',
    ReportId: 18,
    AdditionalFields: '{"direction":"Out","server_name":"Upload.Example","established":"true"}',
  },
  {
    Timestamp: '2026-03-10T08:15:00Z',
    DeviceId: 'd1',
    DeviceName: 'ws-01.example',
    ActionType: 'ProcessCreated',
    FileName: 'curl.exe',
    ProcessId: 4711,
    ProcessCommandLine: 'curl.exe -T "a, b.zip" https://upload.example/',
    AccountName: 'ada',
    InitiatingProcessFileName: 'cmd.exe',
    ReportId: 19,
    AdditionalFields: '{"note":"x"}',
  },
];

export function tableOf(row: Row): string {
  return row.ActionType === 'ProcessCreated' ? 'DeviceProcessEvents' : 'DeviceNetworkEvents';
}

export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

export function csv(rows: readonly Row[], { end = '\n', delimiter = ',' } = {}): string {
  const columns = columnsOf(rows);
  const cell = (value: unknown): string => {
    const text = value === undefined || value === null ? '' : String(value);
    return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name]))];
  return lines.map((cells) => cells.map(cell).join(delimiter) + end).join('');
}

/** As the streaming API wraps a row; some records carry AdditionalFields as an object. */
export function streamed(row: Row, asObject = false): Row {
  const fields = row.AdditionalFields;
  return {
    time: '2026-03-10T08:19:00.0000000Z',
    tenantId: tenant,
    operationName: 'Publish',
    category: `AdvancedHunting-${tableOf(row)}`,
    properties: asObject && typeof fields === 'string' ? { ...row, AdditionalFields: JSON.parse(fields) } : row,
    Tenant: 'DefaultTenant',
  };
}

/** As a Log Analytics workspace has it: TimeGenerated, Type, AdditionalFields as an object. */
export function workspaceRow({ Timestamp, ...row }: Row): Row {
  const fields = JSON.parse(String(row.AdditionalFields));
  return { TenantId: tenant, TimeGenerated: Timestamp, ...row, AdditionalFields: fields, Type: tableOf(row) };
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (values: readonly unknown[]): string => values.map(line).join('');

/** The portal's split of ReportId where a query unites tables. */
const united = (rows: readonly Row[]): Row[] =>
  rows.map(({ ReportId, ...row }) => ({ ...row, ReportId_long: ReportId, ReportId_string: '' }));

function tables(rows: readonly Row[]): Row {
  const own = rows.map(workspaceRow);
  const columns = columnsOf(own);
  return {
    tables: [
      {
        name: 'PrimaryResult',
        columns: columns.map((name) => ({ name, type: 'string' })),
        rows: own.map((row) => columns.map((name) => row[name] ?? null)),
      },
    ],
  };
}

/** Every shape, by the file name that one would give it. */
export const shapes: Readonly<Record<string, (rows: readonly Row[]) => string>> = {
  'hunting.csv': (rows) => csv(rows),
  'hunting-bom-crlf.csv': (rows) => `\ufeff${csv(rows, { end: '\r\n' })}`,
  'hunting-semicolons.csv': (rows) => csv(rows, { delimiter: ';' }),
  'hunting-union.csv': (rows) => csv(united(rows)),
  'hunting-array.json': (rows) => line(rows),
  'hunting-array-pretty.json': pretty,
  'hunting-portal.json': (rows) => pretty({ Schema: [{ Name: 'Timestamp', Type: 'DateTime' }], Results: rows }),
  'hunting-graph.json': (rows) => line({ schema: [], results: rows }),
  'hunting.ndjson': lines,
  'hunting-crlf.ndjson': (rows) => lines(rows).replaceAll('\n', '\r\n'),
  'hunting-bom.ndjson': (rows) => `\ufeff${lines(rows)}`,
  'hub-batch.json': (rows) => line({ records: rows.map((row) => streamed(row)) }),
  'hub-batches.json': (rows) => rows.map((row) => line({ records: [streamed(row, true)] })).join(''),
  'hub-batch-pretty.json': (rows) => pretty({ records: rows.map((row) => streamed(row, true)) }),
  'hub-bare-pretty.json': (rows) => rows.map((row) => pretty(streamed(row))).join(''),
  'blob-lines.json': (rows) => lines(rows.map((row, index) => streamed(row, index % 2 === 0))),
  'workspace-array.json': (rows) => pretty(rows.map(workspaceRow)),
  'workspace.ndjson': (rows) => lines(rows.map(workspaceRow)),
  'workspace-tables.json': (rows) => line(tables(rows)),
  'workspace-tables-pretty.json': (rows) => pretty(tables(rows)),
};

/** As the page of a device exports its timeline. */
export const timelineRow = (row: Row): Row => {
  const names: Record<string, string> = {
    Timestamp: 'Event Time',
    DeviceId: 'Machine Id',
    DeviceName: 'Computer Name',
  };
  const spaced = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return {
    ...Object.fromEntries(Object.entries(row).map(([name, value]) => [names[name] ?? spaced(name), value])),
    'Event Time': String(row.Timestamp).replace(/(?<=[.]\d{3})\d*Z$|Z$/, ''),
  };
};
