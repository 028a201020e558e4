import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { inFolder, openHouse } from '../doors/doors.fixture.ts';
import { Reception } from '../doors/reception.ts';
import { journalFile } from '../journal/place.ts';
import { acceptLoss } from '../live/acceptLoss.ts';
import { checkLake } from '../live/check.ts';
import { homePaths } from '../live/home.ts';
import { LineReader } from '../live/lineReader.fixture.ts';
import { Home } from '../live/live.fixture.ts';
import { Health } from '../operate/health.ts';
import { readTrail } from '../store/trail.ts';
import { lookAtJournal, tellJournal, tellTaken } from './intake.ts';

test('a journal that refuses makes the service not ready, until a body or a look shows that it takes again', () =>
  inFolder(async (folder) => {
    let full = false;
    const disk = { ...nodeDisk, openAppend: (path: string) => (full ? refuse() : nodeDisk.openAppend(path)) };
    const house = await openHouse(folder, { heldBytes: 1_000, disk });
    const { journal } = house;
    const { clock, received } = house.reception;
    const health = new Health(clock);
    health.setReady(true);
    const reception = new Reception({ journal, clock, received, onJournal: (refusal) => tellJournal(health, refusal) });
    const parts = { journal, reception };
    const told = () => [health.ready, health.parts.get('journal')?.reason];
    const send = (body: string) => reception.takeOnce([{ door: 'http', source: 'a', body: Buffer.from(body) }]);

    await send('x'.repeat(700));
    await lookAtJournal(parts, health);
    expect(told()).toEqual([true, undefined]);
    await expect(send('y'.repeat(700))).rejects.toThrow('no room');
    expect(told()).toEqual([
      false,
      'it holds as much as intake.journalMax allows: senders are held off until more of it is in the lake',
    ]);
    // Nobody sends while it is said to be full: the look has to find out.
    await journal.forget({ file: 99, offset: 0 });
    full = true;
    await lookAtJournal(parts, health);
    expect(told()).toEqual([false, 'its disk refuses (ENOSPC): senders are held off']);
    full = false;
    await lookAtJournal(parts, health);
    expect(told()).toEqual([true, '']);
    await house.close();
  }));

test('what was acknowledged and lies damaged in the journal is told at every start, until a person accepts its loss', () =>
  Home.with(async (home) => {
    const journal = await home.openJournal();
    const append = (body: string) =>
      journal.append({ door: 'http', source: 's', receivedAt: home.clock.now(), body: Buffer.from(body) });
    const from = (await append('row 1\n')).offset;
    await append('row 2\n');
    await append('row 3\n');
    const path = journalFile(home.journal, 0);
    await writeFile(path, (await readFile(path)).fill(7, from + 20, from + 25));
    const maker = await home.maker(await home.lake(), journal, { reader: new LineReader(home.engine) });
    while (await maker.step());
    maker.close();
    await journal.close();

    const part = 'records that were taken';
    const told = () => {
      const health = new Health(home.clock);
      tellTaken(home.store, health);
      return health.parts.get(part);
    };
    const name = `000000000000.journal:${from}`;
    expect(told()).toMatchObject({ state: 'degraded', reason: expect.stringContaining(`at ${name}: its disk`) });
    const check = async () => {
      const parts = { paths: homePaths(home.folder), store: home.store, disk: nodeDisk, engine: home.engine };
      return (await checkLake(parts)).problems;
    };
    expect(await check()).toEqual([expect.stringMatching(`^${name}: \\d+ bytes that were acknowledged are lost`)]);

    const { segments: directory } = homePaths(home.folder);
    const by = { actor: 'local:jane', at: home.clock.now(), reason: 'sent again' };
    const { rows, bytes } = acceptLoss(home.store, { files: [name], directory }, by);
    expect([rows, bytes > 0]).toEqual([0, true]);
    expect(told()).toBeUndefined();
    expect(await check()).toEqual([]);
    expect(readTrail(home.store, { subject: `journal:${name}`, limit: 9 })).toMatchObject([
      { actor: 'local:jane', action: 'lake.loss-accepted', details: { reason: 'sent again', bytes } },
    ]);
    expect(() => acceptLoss(home.store, { files: [name], directory }, by)).toThrow('none is');
  }));

function refuse(): Promise<never> {
  return Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
}
