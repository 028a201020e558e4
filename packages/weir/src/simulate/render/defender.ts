import { isoTime, type Micros } from '../time.ts';
import { fileColumns, networkColumns, processColumns } from './defenderColumns.ts';

export type DefenderValue = string | number | boolean | null | Readonly<Record<string, unknown>>;
export type DefenderRow = Readonly<Record<string, DefenderValue>>;

const columns = {
  DeviceNetworkEvents: networkColumns,
  DeviceProcessEvents: processColumns,
  DeviceFileEvents: fileColumns,
} as const;

export type DefenderTableName = keyof typeof columns;

/** Whose tenant the rows are of. */
export interface DefenderTenant {
  readonly tenant: string;
  readonly group: string;
}

/** The first line of an advanced-hunting export. */
export function exportHead(table: DefenderTableName): string {
  return csvLine(columns[table]);
}

/** A row of an advanced-hunting export. */
export function exported(table: DefenderTableName, row: DefenderRow): string {
  return csvLine(columns[table].map((column) => row[column] ?? null));
}

/** A row as the streaming API sends it when it reached the service. */
export function streamed(
  table: DefenderTableName,
  row: DefenderRow,
  arrived: Micros,
  { tenant, group }: DefenderTenant,
): string {
  const properties: Record<string, DefenderValue> = {};
  for (const [name, value] of Object.entries(row)) if (value !== null || name === 'RemoteUrl') properties[name] = value;
  const record = {
    time: isoTime(arrived, 7, arrived % 10),
    tenantId: tenant,
    operationName: 'Publish',
    category: `AdvancedHunting-${table}`,
    properties: { ...properties, AdditionalFields: additional(row), MachineGroup: group },
    Tenant: 'DefaultTenant',
  };
  return `${JSON.stringify(record)}\n`;
}

function additional(row: DefenderRow): string | null {
  const value = row.AdditionalFields ?? null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

function csvLine(values: readonly DefenderValue[]): string {
  return `${values.map(csvCell).join(',')}\n`;
}

function csvCell(value: DefenderValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
