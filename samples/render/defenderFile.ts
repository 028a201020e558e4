import { join } from 'node:path';
import {
  type DefenderRow,
  type DefenderTableName,
  exported,
  exportHead,
  streamed,
} from '../../packages/weir/src/simulate/render/defender.ts';
import { type Micros, day as wholeDay } from '../../packages/weir/src/simulate/time.ts';
import { dateOf } from '../calendar.ts';
import { tenant } from '../world.ts';
import { type Frame, OrderedFile, type Shelf } from './orderedFile.ts';

const larkfield = { tenant, group: 'Larkfield' };

/** One table's events, one file a day in the three forms in which people have them: an advanced-hunting export as CSV,
 *  the streaming API's records, and rows of a Log Analytics workspace. */
export class DefenderFile {
  readonly #table: DefenderTableName;
  readonly #shelf: Shelf;
  readonly file: OrderedFile;

  constructor(table: DefenderTableName, shelf: Shelf) {
    this.#table = table;
    this.#shelf = shelf;
    this.file = new OrderedFile((day) => this.#frame(day), shelf);
  }

  /** Adds a row that reached the service at a moment; its day decides the file and so the form. */
  add(arrived: Micros, row: DefenderRow): void {
    this.file.add(arrived, this.#render(arrived, row));
  }

  #render(arrived: Micros, row: DefenderRow): string {
    const form = this.file.dayOf(arrived) % 3;
    if (form === 0) return exported(this.#table, row);
    if (form === 1) return streamed(this.#table, row, arrived, larkfield);
    return workspaceRow(this.#table, row);
  }

  #frame(day: number): Frame {
    const { folder, firstDay, packed } = this.#shelf;
    const path = join(folder, dateOf(firstDay + day * wholeDay));
    if (day % 3 === 0) {
      const head = exportHead(this.#table);
      return { path: join(path, `${this.#table}.csv`), gzip: false, head, tail: '' };
    }
    if (day % 3 === 1) {
      const container = `insights-logs-advancedhunting-${this.#table.toLowerCase()}`;
      const gzip = packed && this.#table === 'DeviceNetworkEvents';
      return { path: join(path, `${container}.json${gzip ? '.gz' : ''}`), gzip, head: '', tail: '' };
    }
    return {
      path: join(path, `${this.#table}_workspace.json${packed ? '.gz' : ''}`),
      gzip: packed,
      head: '',
      tail: '',
    };
  }
}

/** A row of a Log Analytics workspace. */
function workspaceRow(table: DefenderTableName, { Timestamp, ...rest }: DefenderRow): string {
  const fields = {
    TenantId: tenant,
    TimeGenerated: Timestamp ?? null,
    ...rest,
    MachineGroup: larkfield.group,
    SourceSystem: '',
    Type: table,
  };
  return `${JSON.stringify(fields)}\n`;
}
