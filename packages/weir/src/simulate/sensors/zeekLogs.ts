import { organisation } from '../cast.ts';
import type { Random } from '../random.ts';
import {
  type ZeekLogName,
  type ZeekRow,
  zeekHead,
  zeekJson,
  zeekLogNames,
  zeekTabbed,
  zeekTail,
} from '../render/zeek.ts';
import type { Flow } from '../story.ts';
import { type Log, type LogForm, Rows, type Sensor } from './log.ts';
import { ZeekSensor } from './zeek.ts';

/** Zeek at the edge: every connection. Files are tab-separated logs, records those of its JSON writer. */
export class ZeekLogs implements Sensor {
  readonly #logs = new Map<ZeekLogName, Rows<ZeekRow>>(zeekLogNames.map((name) => [name, new Rows()]));
  readonly #sensor: ZeekSensor;

  constructor(random: Random) {
    const site = { domain: organisation.domain, aliasesOf: () => [] };
    this.#sensor = new ZeekSensor(site, random, (log, written, row) => this.#logs.get(log)?.add(written, row));
  }

  flow(flow: Flow): void {
    this.#sensor.observe(flow);
  }

  started(): void {}

  logs(form: LogForm): Log[] {
    return [...this.#logs].flatMap(([log, rows]) => {
      const written = rows.inOrder;
      const [first, last] = [written[0], written.at(-1)];
      if (first === undefined || last === undefined) return [];
      const lines = written.map(({ row }) => (form === 'files' ? zeekTabbed(log, row) : zeekJson(log, row))).join('');
      const text = form === 'files' ? zeekHead(log, first.at) + lines + zeekTail(last.at) : lines;
      return [{ file: `zeek/${log}.log`, text, records: written.length }];
    });
  }
}
