import type { AppendFile, Disk } from '../../../packages/weir/src/disk/disk.ts';
import { Crash, type FaultyDisk } from '../../../packages/weir/src/disk/faulty.fixture.ts';
import type { Life } from './life.ts';

const second = 10_000_000n;

/** A disk each of whose steps waits for its turn, and at each of which the service may end. */
export class SteppedDisk implements Disk {
  readonly #life: Life;
  readonly #disk: FaultyDisk;
  readonly #open = new Set<AppendFile>();

  constructor(life: Life, disk: FaultyDisk) {
    this.#life = life;
    this.#disk = disk;
  }

  /** Lets go of what a process that ended had open. */
  async close(): Promise<void> {
    for (const file of this.#open) await file.close();
  }

  makeFolder(path: string): Promise<void> {
    return this.#disk.makeFolder(path);
  }

  list(folder: string): Promise<string[]> {
    return this.#disk.list(folder);
  }

  read(path: string, offset: number, length: number): Promise<Buffer> {
    return this.#disk.read(path, offset, length);
  }

  size(path: string): Promise<number> {
    return this.#disk.size(path);
  }

  async openAppend(path: string): Promise<AppendFile> {
    const file = await this.#step(`open ${this.#life.called(path)}`, () => this.#disk.openAppend(path));
    this.#open.add(file);
    const name = this.#life.called(path);
    return {
      append: (parts) => this.#sync(`append ${name}`, () => file.append(parts)),
      close: async () => {
        this.#open.delete(file);
        await file.close();
      },
    };
  }

  truncate(path: string, length: number): Promise<void> {
    return this.#step(`truncate ${this.#life.called(path)}`, () => this.#disk.truncate(path, length));
  }

  remove(path: string): Promise<void> {
    return this.#step(`remove ${this.#life.called(path)}`, () => this.#disk.remove(path));
  }

  rename(path: string, to: string): Promise<void> {
    return this.#step(`rename ${this.#life.called(path)} ${this.#life.called(to)}`, () => this.#disk.rename(path, to));
  }

  syncFile(path: string): Promise<void> {
    return this.#sync(`sync ${this.#life.called(path)}`, () => this.#disk.syncFile(path));
  }

  syncFolder(path: string): Promise<void> {
    return this.#sync(`sync folder ${this.#life.called(path)}`, () => this.#disk.syncFolder(path));
  }

  #sync(name: string, work: () => Promise<void>): Promise<void> {
    const { draws, likely } = this.#life;
    const slow = draws.chance(likely.slow);
    if (slow) this.#life.tried('slow sync');
    return this.#step(name, work, slow ? BigInt(1 + draws.whole(20)) * second : 0n);
  }

  async #step<Result>(name: string, work: () => Promise<Result>, after = 0n): Promise<Result> {
    const { draws, likely, turns } = this.#life;
    await turns.step(name, after);
    if (draws.chance(likely.kill)) return this.#life.end('killed at a step');
    try {
      return await work();
    } catch (error) {
      if (error instanceof Crash) return this.#life.end('power lost at a step');
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOSPC') this.#life.tried('full disk');
      if (code === 'EIO') this.#life.tried('failed sync');
      throw Object.assign(error as Error, { injected: code === 'ENOSPC' || code === 'EIO' });
    }
  }
}
