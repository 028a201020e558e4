import type { InlineRow, InlineValue } from '../detect/inlineRows.ts';
import type { Catalogue } from '../model/catalogue.ts';
import { deviceNetworkEvents, type Table } from '../tables/index.ts';

/** Fills in what intake and fusion would have. What the row says itself stays. `ordinal` tells the rows of a table apart. */
export function completeRow(table: Table, row: InlineRow, catalogue: Catalogue, ordinal: number): InlineRow {
  if (table === deviceNetworkEvents) return { ...connection(row, catalogue, ordinal), ...row };
  const has = (name: string) => table.stored.some((column) => column.name === name);
  return {
    ...(has('EventId') ? { EventId: ordinalId(table, ordinal) } : {}),
    ...(has('DeviceId') ? { DeviceId: text(row.DeviceName) } : {}),
    ...(has('ReportId') ? { ReportId: ordinal } : {}),
    ...row,
  };
}

/** The EventId of a row that has none of its own: the rows of two tables that share one are one event. */
export function ordinalId(table: Table, ordinal: number): string {
  return table === deviceNetworkEvents ? `row-${ordinal}` : `${table.name}-row-${ordinal}`;
}

/** Who is at the other end by the catalogue, when the row's facts were complete, an identity. */
function connection(row: InlineRow, catalogue: Catalogue, ordinal: number): InlineRow {
  const host = text(row.RemoteHost ?? row.RemoteUrl);
  const address = text(row.RemoteIP ?? '203.0.113.7');
  const entry =
    (host === '' ? undefined : catalogue.matchHost(host)) ??
    catalogue.matchApplication(text(row.Application)) ??
    (host === '' ? catalogue.matchAddress(address) : undefined);
  const file = text(row.InitiatingProcessFileName);
  const program = catalogue.identify({
    file,
    original: text(row.InitiatingProcessVersionInfoOriginalFileName),
    folder: text(row.InitiatingProcessFolderPath),
    company: text(row.InitiatingProcessVersionInfoCompanyName),
  });
  const category = entry?.category ?? '';
  const isClient =
    program.services.includes(entry?.service ?? '') ||
    program.categories.some((kind) => kind === '*' || kind === category);
  const hasBytes = row.BytesSent !== undefined && row.BytesSent !== null;
  return {
    ActionType: 'ConnectionSuccess',
    Protocol: 'Tcp',
    RemoteIP: address,
    RemotePort: 443,
    RemoteIPType: 'Public',
    RemoteUrl: host,
    RemoteHost: host,
    RegistrableDomain: catalogue.registrableDomain(host),
    Service: entry?.service ?? '',
    ServiceCategory: category,
    ServiceCategories: entry?.categories ?? null,
    SubTechnique: entry?.subTechnique ?? '',
    Program: program.program,
    ProgramKind: program.kind,
    ProgramPlace: program.place,
    ProgramRenamed: file === '' ? null : program.renamed,
    ExpectedClient: file === '' || entry === undefined ? null : isClient,
    DeviceId: text(row.DeviceName),
    ReportId: ordinal,
    InitiatingProcessAccountName: text(row.AccountName),
    EvidenceTime: row.FlowEnd ?? row.Timestamp ?? null,
    Fusion: hasBytes ? 'fused' : 'endpoint',
    EventId: ordinalId(deviceNetworkEvents, ordinal),
  };
}

function text(value: InlineValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
