import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../journal/frame.ts';
import type { Clock } from '../../model/clock.ts';
import { type House, inFolder, openHouse } from '../doors.fixture.ts';
import { Reception } from '../reception.ts';
import { settle } from './positions.ts';
import { Watcher } from './watcher.ts';

const second = 10_000_000n;

/** Time that passes a second a look. */
class Steps implements Clock {
  #now = 638_000_000_000_000_000n;
  now(): bigint {
    return this.#now;
  }
  async sleep(ticks: bigint): Promise<void> {
    this.#now += ticks;
  }
}

/** A service's watcher, which can be started again. */
class Service {
  readonly folder: string;
  readonly clock = new Steps();
  readonly notices: string[] = [];
  house!: House;
  watcher!: Watcher;
  #committed = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  get logs(): string {
    return join(this.folder, 'logs');
  }

  async start(paths = [this.logs]): Promise<void> {
    mkdirSync(this.logs, { recursive: true });
    this.house = await openHouse(join(this.folder), { clock: this.clock });
    this.watcher = await Watcher.open({
      paths,
      reception: this.house.reception,
      store: this.house.store,
      uncommitted: (await this.house.entries()).slice(this.#committed),
      onNotice: ({ path, message }) => this.notices.push(`${path.slice(this.folder.length + 1)}: ${message}`),
    });
  }

  async look(seconds = 1): Promise<void> {
    for (let at = 0; at < seconds; at += 1) {
      await this.clock.sleep(second);
      while (await this.watcher.step());
    }
  }

  /** Moves positions of the first entries into the store, as a commit does. */
  async commit(entries: number): Promise<void> {
    for (const { position, receivedAt } of (await this.house.entries()).slice(
      this.#committed,
      this.#committed + entries,
    ))
      if (position) settle(this.house.store, position, receivedAt);
    this.#committed = Math.min(this.#committed + entries, (await this.house.entries()).length);
  }

  async stop(): Promise<void> {
    await this.watcher.close();
    await this.house.close();
  }

  bodies(): Promise<JournalEntry[]> {
    return this.house.entries();
  }
}

async function withService(use: (service: Service) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const service = new Service(folder);
    await service.start();
    try {
      await use(service);
    } finally {
      await service.stop();
    }
  });
}

interface Kind {
  readonly name: string;
  readonly header: () => string;
  readonly line: (n: number) => string;
  /** The numbers of a body's lines; throws where it is no file of the kind. */
  readonly numbers: (body: string) => number[];
}

const zeekHeader = () =>
  `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t${randomUUID()}\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\torig_bytes\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\n`;
const csvHeader = 'TimeGenerated,DeviceName,RemoteIP,RemotePort,InitiatingProcessCommandLine,ActionType\n';

const kinds: Kind[] = [
  {
    name: 'eve.json',
    header: () => '',
    line: (n) =>
      `{"timestamp":"2026-11-27T10:00:00.000000+0000","flow_id":${n},"event_type":"flow","src_ip":"10.0.0.1","src_port":1,"dest_ip":"9.9.9.9","dest_port":443,"proto":"TCP"}\n`,
    numbers: (body) =>
      body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).flow_id),
  },
  {
    name: 'conn.log',
    header: zeekHeader,
    line: (n) => `1700000000.5\tC${n}\t10.0.0.1\t1\t9.9.9.9\t443\ttcp\t${n}\n`,
    numbers: (body) => {
      const lines = body.trimEnd().split('\n');
      if (lines[0] !== '#separator \\x09' || lines[6]?.startsWith('#fields') !== true) throw new Error('no header');
      return lines.filter((line) => !line.startsWith('#')).map((line) => Number(line.split('\t')[7]));
    },
  },
  {
    name: 'events.csv',
    header: () => csvHeader,
    line: (n) => `2026-11-27T10:00:00Z,pc,9.9.9.9,443,"a ""b""\nc,${n}",ConnectionSuccess\n`,
    numbers: (body) => {
      if (!body.startsWith(csvHeader)) throw new Error('no header');
      const rows = [...body.slice(csvHeader.length).matchAll(/[^"\n]*"a ""b""\nc,(\d+)",ConnectionSuccess\n/gy)];
      if (rows.map(([text]) => text).join('').length !== body.length - csvHeader.length)
        throw new Error('half a record');
      return rows.map(([, number]) => Number(number));
    },
  },
];

describe('the law of a watched folder: every record once, in bodies that read as files', () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('append' as const), lines: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('half' as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), lines: fc.constantFrom(1, 1, 1, 12, 70) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('rename' as const, 'copy' as const, 'pack' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), lines: fc.nat({ max: 5 }) }) },
  );

  it.each(kinds)('$name', (kind) =>
    fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        await withService(async (service) => {
          const path = join(service.logs, kind.name);
          const rotated: string[] = [];
          let [written, half] = [0, ''];
          const write = (text: string, to = path) => appendFileSync(to, existsSync(to) ? text : kind.header() + text);
          const whole = (to = path) => {
            if (half !== '') write(half, to);
            half = '';
          };
          for (const one of acts) {
            const aside = join(service.logs, `${kind.name}.${rotated.length + 1}`);
            switch (one.do) {
              case 'append':
                whole();
                for (let line = 0; line < one.lines; line += 1) write(kind.line(++written));
                break;
              case 'half': {
                whole();
                const line = kind.line(++written);
                const at = Math.floor(line.length / 2);
                write(line.slice(0, at));
                half = line.slice(at);
                break;
              }
              case 'look':
                await service.look(one.lines);
                break;
              case 'rename':
                if (!existsSync(path)) break;
                renameSync(path, aside);
                whole(aside);
                rotated.push(aside);
                break;
              case 'copy':
                if (!existsSync(path)) break;
                whole();
                copyFileSync(path, aside);
                rotated.push(aside);
                if (written % 2 === 0) await service.look();
                // The kernel's clock for files is no finer than this.
                await pause(5);
                truncateSync(path, 0);
                appendFileSync(path, kind.header());
                break;
              case 'pack': {
                const last = rotated.at(-1);
                if (last === undefined || last.endsWith('.gz')) break;
                writeFileSync(`${last}.gz`, gzipSync(readFileSync(last)));
                if (written % 2 === 0) await service.look(3);
                rmSync(last);
                rotated[rotated.length - 1] = `${last}.gz`;
                break;
              }
              case 'restart':
                await service.commit(one.lines);
                await service.stop();
                await service.start();
            }
          }
          whole();
          await service.look(80);
          const found = (await service.bodies()).flatMap(({ body }) => kind.numbers(body.toString()));
          expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: written }, (_, n) => n + 1));
        });
      }),
      { numRuns: 60 },
    ),
  );
});

describe('a watched folder', () => {
  const eve = (n: number) => kinds[0]?.line(n) ?? '';
  const found = async (service: Service) => (await service.bodies()).map(({ body }) => body.toString());

  it('tells what it cannot read, once, and reads it when that has changed', () =>
    withService(async (service) => {
      const [strange, broken] = [join(service.logs, 'strange.txt'), join(service.logs, 'broken.gz')];
      writeFileSync(strange, 'Dear diary,\ntoday nothing happened.\n');
      const packed = gzipSync(eve(1));
      writeFileSync(broken, packed.subarray(0, packed.length - 9));
      await service.look(20);
      expect(service.notices.map((notice) => notice.replace(/\(.*/, '(…)'))).toEqual([
        'logs/broken.gz: cannot be unpacked to its end (…)',
        'logs/strange.txt: of no format that Weir knows; see weir sources',
      ]);
      const troubled = () => service.watcher.troubles.map(({ path }) => path).sort();
      expect(troubled()).toEqual([broken, strange]);
      writeFileSync(broken, packed);
      await service.look(20);
      expect([service.notices.length, await found(service)]).toEqual([2, [eve(1)]]);
      expect(troubled()).toEqual([strange]);
      rmSync(strange);
      await service.look(70);
      expect([service.notices.length, troubled()]).toEqual([2, []]);
    }));

  it('goes on watching a folder in which nothing is yet', () =>
    withService(async (service) => {
      await service.look(2);
      expect([service.notices, service.watcher.troubles]).toEqual([
        ['logs: a folder with no file in it (hidden ones are left out): it is watched on, and what comes is read'],
        [],
      ]);
      writeFileSync(join(service.logs, 'eve.json'), eve(1));
      await service.look(2);
      expect(await found(service)).toEqual([eve(1)]);
    }));

  it('gives the same piece again where it is not known whether the journal has it, however much came since', () =>
    withService(async (service) => {
      const path = join(service.logs, 'eve.json');
      writeFileSync(path, eve(1));
      const { journal } = service.house;
      let failing = true;
      const append = journal.append.bind(journal);
      // What is on disk though the disk said that it is not.
      journal.append = async (entry) => {
        const place = await append(entry);
        if (failing) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return place;
      };
      await service.look();
      appendFileSync(path, eve(2));
      failing = false;
      await service.look(2);
      const taken = (await service.bodies()).map(({ body, position }) => [body.toString(), position?.offset]);
      const [first, ...again] = taken.filter(([body]) => body === eve(1));
      expect(again.length).toBeGreaterThan(0);
      expect(again).toEqual(again.map(() => first));
      expect(taken.at(-1)).toEqual([eve(2), Buffer.byteLength(eve(1) + eve(2))]);
    }));

  it('tells of a file that goes and comes, and reads what was written before it went', () =>
    inFolder(async (folder) => {
      const service = new Service(folder);
      const path = join(service.logs, 'eve.json');
      await service.start([path]);
      await service.look(2);
      expect(service.notices).toEqual(['logs/eve.json: no such file or folder']);
      expect(service.watcher.troubles).toHaveLength(1);
      writeFileSync(path, eve(1));
      await service.look();
      expect(service.watcher.troubles).toEqual([]);
      appendFileSync(path, eve(2) + eve(3).trimEnd());
      rmSync(path);
      await service.look(70);
      expect(await found(service)).toEqual([eve(1), eve(2), eve(3).trimEnd()]);
      expect(service.notices).toHaveLength(2);
      await service.stop();
    }));

  it('reads a document when nothing is added any more, and says that it does not read it again', () =>
    withService(async (service) => {
      const path = join(service.logs, 'batch.json');
      const record = { category: 'AdvancedHunting-DeviceNetworkEvents', properties: { DeviceName: 'pc' } };
      const text = JSON.stringify({ records: [record, record] }, null, 2);
      writeFileSync(path, text.slice(0, 300));
      await service.look(5);
      writeFileSync(path, text);
      await service.look(5);
      expect(await found(service)).toEqual([]);
      await service.look(10);
      expect(await found(service)).toEqual([text]);
      appendFileSync(path, text);
      await service.look(20);
      expect(await found(service)).toEqual([text]);
      expect(service.notices).toHaveLength(1);
    }));

  it('takes a last line without its end where it is a whole object, and no half of one', () =>
    withService(async (service) => {
      writeFileSync(join(service.logs, 'whole.json'), eve(1) + eve(2).trimEnd());
      writeFileSync(join(service.logs, 'half.json'), eve(3) + eve(4).slice(0, 60));
      await service.look(30);
      expect((await found(service)).sort()).toEqual([eve(1), eve(2).trimEnd(), eve(3)].sort());
    }));

  it('reads nothing of a copy that is kept, packed or not', () =>
    withService(async (service) => {
      const path = join(service.logs, 'eve.json');
      writeFileSync(path, eve(1));
      await service.look();
      writeFileSync(`${path}.bak`, eve(1));
      writeFileSync(`${path}.gz`, gzipSync(eve(1)));
      await service.look(10);
      appendFileSync(path, eve(2));
      await service.look(100);
      await service.commit(10);
      await service.stop();
      await service.start();
      await service.look(100);
      expect(await found(service)).toEqual([eve(1), eve(2)]);
    }));

  it('gives up what it knew of a file that has been gone for three months, and of none that is there', () =>
    withService(async (service) => {
      const [kept, packed, gone] = ['kept.json', 'packed.gz', 'gone.json'].map((name) => join(service.logs, name));
      writeFileSync(kept ?? '', eve(1));
      writeFileSync(packed ?? '', gzipSync(eve(2)));
      writeFileSync(gone ?? '', eve(3));
      await service.look(20);
      await service.commit(3);
      rmSync(gone ?? '');
      const known = () => service.house.store.statement('SELECT path FROM position ORDER BY path').all();
      const days = async (count: number) => {
        for (let passed = 0; passed < count; passed += 1) {
          await service.clock.sleep(86_400n * second);
          await service.look();
        }
      };
      await days(45);
      expect(known()).toHaveLength(3);
      await service.stop();
      await service.start();
      await days(50);
      expect(known()).toEqual([{ path: kept }, { path: packed }]);
      await service.stop();
      await service.start();
      await service.look(20);
      expect(await found(service)).toHaveLength(3);
    }));

  it('keeps what does not fit into the journal for later', () =>
    inFolder(async (folder) => {
      const service = new Service(folder);
      await service.start();
      writeFileSync(join(service.logs, 'eve.json'), eve(1));
      const full = { append: () => Promise.reject(Object.assign(new Error('full'), { name: 'JournalFull' })) };
      const { received, clock } = service.house.reception;
      const held = await Watcher.open({
        paths: [service.logs],
        reception: new Reception({ journal: full, clock, received }),
        store: service.house.store,
        uncommitted: [],
        onNotice: ({ message }) => service.notices.push(message),
      });
      for (let turn = 0; turn < 3; turn += 1) await held.step();
      expect(held.files().map(({ offset }) => offset)).toEqual([0]);
      await held.close();
      await service.look();
      expect([await found(service), service.notices]).toEqual([[eve(1)], []]);
      await service.stop();
    }));
});
