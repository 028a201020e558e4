import { organisation } from '../cast.ts';
import type { Random } from '../random.ts';
import { type DefenderRow, type DefenderTableName, exported, exportHead, streamed } from '../render/defender.ts';
import type { Device, Flow, Process, WrittenFile } from '../story.ts';
import { DefenderSensor } from './defender.ts';
import { type Log, type LogForm, Rows, type Sensor } from './log.ts';

/** Defender on every device: each connection, process and file once, with the name of the host. Files are exports of
 *  advanced hunting, records those of the streaming API. */
export class DefenderLogs implements Sensor {
  readonly #sensor: DefenderSensor;
  readonly #tables: Readonly<Record<DefenderTableName, Rows<DefenderRow>>> = {
    DeviceNetworkEvents: new Rows(),
    DeviceProcessEvents: new Rows(),
    DeviceFileEvents: new Rows(),
  };

  constructor(random: Random) {
    this.#sensor = new DefenderSensor(random, 1);
  }

  flow(flow: Flow): void {
    if (flow.process === null) return;
    const { arrived, row } = this.#sensor.connection(flow, flow.process);
    this.#tables.DeviceNetworkEvents.add(arrived, row);
  }

  started(device: Device, process: Process): void {
    const { arrived, row } = this.#sensor.began(device, process);
    this.#tables.DeviceProcessEvents.add(arrived, row);
  }

  wrote(file: WrittenFile): void {
    const { arrived, row } = this.#sensor.wrote(file);
    this.#tables.DeviceFileEvents.add(arrived, row);
  }

  logs(form: LogForm): Log[] {
    const names = Object.keys(this.#tables) as DefenderTableName[];
    return names.flatMap((table) => {
      const rows = this.#tables[table];
      if (rows.count === 0) return [];
      const lines = rows.inOrder.map(({ at, row }) =>
        form === 'files' ? exported(table, row) : streamed(table, row, at, organisation),
      );
      const head = form === 'files' ? exportHead(table) : '';
      const extension = form === 'files' ? 'csv' : 'json';
      return [{ file: `defender/${table}.${extension}`, text: head + lines.join(''), records: rows.count }];
    });
  }
}
