import { join } from 'node:path';
import { dateOf, isoTime, type Micros, day as wholeDay } from '../time.ts';
import { tenant } from '../world.ts';
import { networkColumns, processColumns } from './columns.ts';
import { type Frame, OrderedFile } from './orderedFile.ts';

export type DefenderValue = string | number | boolean | null | Readonly<Record<string, unknown>>;
export type DefenderRow = Readonly<Record<string, DefenderValue>>;

const columns: Readonly<Record<string, readonly string[]>> = {
  DeviceNetworkEvents: networkColumns,
  DeviceProcessEvents: processColumns,
};

/** One table's events, one file a day in the three forms in which people have them: an advanced-hunting export as CSV,
 *  the streaming API's records, and rows of a Log Analytics workspace. */
export class DefenderTable {
  readonly #table: string;
  readonly #firstDay: Micros;
  readonly file: OrderedFile;

  constructor(table: string, folder: string, firstDay: Micros, days: number) {
    this.#table = table;
    this.#firstDay = firstDay;
    this.file = new OrderedFile((day) => this.#frame(folder, day), firstDay, wholeDay, days);
  }

  /** Adds a row that reached the service at a moment; its day decides the file and so the form. */
  add(arrived: Micros, row: DefenderRow): void {
    this.file.add(arrived, this.#render(arrived, row));
  }

  #render(arrived: Micros, row: DefenderRow): string {
    const form = this.file.dayOf(arrived) % 3;
    if (form === 0) return csvLine((columns[this.#table] ?? []).map((column) => row[column] ?? null));
    if (form === 1) return this.#streamed(arrived, row);
    return this.#workspace(row);
  }

  #frame(folder: string, day: number): Frame {
    const path = join(folder, dateOf(this.#firstDay + day * wholeDay));
    if (day % 3 === 0) {
      return {
        path: join(path, `${this.#table}.csv`),
        gzip: false,
        head: csvLine(columns[this.#table] ?? []),
        tail: '',
      };
    }
    if (day % 3 === 1) {
      const container = `insights-logs-advancedhunting-${this.#table.toLowerCase()}`;
      const gzip = this.#table === 'DeviceNetworkEvents';
      return { path: join(path, `${container}.json${gzip ? '.gz' : ''}`), gzip, head: '', tail: '' };
    }
    return { path: join(path, `${this.#table}_workspace.json.gz`), gzip: true, head: '', tail: '' };
  }

  #streamed(arrived: Micros, row: DefenderRow): string {
    const properties: Record<string, DefenderValue> = {};
    for (const [name, value] of Object.entries(row))
      if (value !== null || name === 'RemoteUrl') properties[name] = value;
    const record = {
      time: isoTime(arrived, 7, arrived % 10),
      tenantId: tenant,
      operationName: 'Publish',
      category: `AdvancedHunting-${this.#table}`,
      properties: { ...properties, AdditionalFields: additional(row), MachineGroup: 'Larkfield' },
      Tenant: 'DefaultTenant',
    };
    return `${JSON.stringify(record)}\n`;
  }

  #workspace(row: DefenderRow): string {
    const { Timestamp, ...rest } = row;
    const fields = {
      TenantId: tenant,
      TimeGenerated: Timestamp ?? null,
      ...rest,
      MachineGroup: 'Larkfield',
      SourceSystem: '',
      Type: this.#table,
    };
    return `${JSON.stringify(fields)}\n`;
  }
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
