import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { canaryDevices } from '../../packages/weir/src/live/canaryDevices.ts';
import { Home } from '../../packages/weir/src/live/live.fixture.ts';
import type { Finding } from '../../packages/weir/src/model/finding.ts';
import { intake } from '../../packages/weir/src/normalize/intake.ts';
import { Canaries } from '../../packages/weir/src/schedule/canaries.ts';
import { Library } from '../../packages/weir/src/schedule/library.ts';
import { around, Book, SetClock } from '../../packages/weir/src/schedule/live.fixture.ts';
import { Scheduler } from '../../packages/weir/src/schedule/scheduler.ts';
import { loadScenarios } from '../../packages/weir/src/simulate/load.ts';
import { scan } from '../../packages/weir/src/weir.ts';

const minute = 600_000_000n;
const hour = 60n * minute;
const deviceOf = ({ entities }: Finding) => entities.device.toLowerCase();
const content = join(import.meta.dirname, '..', '..', 'content');
const noon = 739_000n * 24n * hour + 12n * hour + minute;

test('a canary goes the way of all records, is found by a rule of the house, and is told as one', () =>
  Home.with(async (home) => {
    const scenario = (await loadScenarios(join(content, 'scenarios'))).get('atomic-rclone-mega') ?? expect.fail();
    const lake = await home.lake();
    const clock = new SetClock(noon);
    const inbox = join(home.folder, 'inbox');
    const canaries = new Canaries({
      ...{ store: home.store, clock, scenario, every: hour, within: 15n * minute },
      randomness: (bytes) => new Uint8Array(bytes).fill(7),
      post: async ({ file, text }) => {
        await mkdir(dirname(join(inbox, file)), { recursive: true });
        await writeFile(join(inbox, file), text);
      },
    });
    expect(canaries.health().state).toBe('waiting');
    await canaries.tend();
    await canaries.tend();
    expect(canaries.health()).toEqual({ state: 'waiting', reason: 'a canary (atomic-rclone-mega) is on its way' });

    const own = join(content, 'rules');
    const library = new Library({ paths: [own], own, home: own, exceptions: undefined, basis: () => '' });
    await library.reload(0n);
    const book = new Book();
    const apply: Book['apply'] = (told) => {
      canaries.saw(told);
      book.apply(told);
    };
    const scheduler = new Scheduler({
      ...(await around(home, lake, home.store, { apply, isCanary: canaries.isCanary })),
      ...{ lake, clock, rules: () => library.rules },
      engine: { memoryMb: 300, threads: 1, spillDirectory: join(home.folder, 'spill-rules') },
    });
    const pass = () => scheduler.pass('patient', new AbortController().signal);
    await pass();
    clock.time += 20n * minute;
    expect(canaries.health()).toEqual({
      state: 'failed',
      reason: 'the last canary (atomic-rclone-mega) has raised no alert',
    });

    const from = await home.scratch();
    await intake([inbox], { lake: from, workDirectory: home.folder });
    await fuse(from, { catalogue: await loadCatalogue(join(content, 'catalogue')) });
    await lake.commit({ from });
    clock.time += hour;
    await pass();
    await scheduler.pass('prompt', new AbortController().signal);
    expect(canaries.health()).toEqual({
      state: 'ok',
      reason: 'the last canary (atomic-rclone-mega) raised its alert',
    });
    expect(canaryDevices(home.store)).toEqual(new Set([...book.findings.values()].map(deviceOf)));
    expect(canaryDevices(home.store, noon + 1n)).toEqual(new Set());
    expect(book.told.map(({ canary }) => canary)).toEqual(book.told.map(() => true));
    expect([...book.findings.values()].map(({ service, severity }) => [service, severity])).toEqual([['MEGA', 'high']]);
    scheduler.close();

    const workDirectory = await mkdtemp(join(home.folder, 'scan-'));
    const asked = { paths: [], home: { directory: home.folder, clock }, content, workDirectory, rules: [] };
    const { result, extra } = await scan(asked, async (_, found) => found);
    expect(extra.map(({ service }) => service)).toEqual(['MEGA']);
    expect(result.findings).toEqual([]);
    expect(result.runs.reduce((sum, { findings }) => sum + findings, 0)).toBe(0);
    expect(result.fusion.notes).toContain(
      '1 finding of canaries is left out: the service sent them to see that alerts come',
    );
  }));

test('a clock that is put back keeps no canary from being sent', () =>
  Home.with(async (home) => {
    const scenario = (await loadScenarios(join(content, 'scenarios'))).get('atomic-rclone-mega') ?? expect.fail();
    const clock = new SetClock(noon);
    let sent = 0;
    const canaries = new Canaries({
      ...{ store: home.store, clock, scenario, every: hour, within: 15n * minute },
      randomness: (bytes) => new Uint8Array(bytes).fill(sent),
      post: async () => {
        sent += 1;
      },
    });
    const logs = async () => {
      const before = sent;
      await canaries.tend();
      return sent > before;
    };
    expect(await logs()).toBe(true);
    clock.time -= 5n * hour;
    expect([await logs(), await logs()]).toEqual([true, false]);
    clock.time += hour;
    expect(await logs()).toBe(true);
  }));
