import { expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { inFolder, openHouse } from '../doors/doors.fixture.ts';
import { Reception } from '../doors/reception.ts';
import { Health } from '../operate/health.ts';
import { lookAtJournal, tellJournal } from './intake.ts';

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

function refuse(): Promise<never> {
  return Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
}
