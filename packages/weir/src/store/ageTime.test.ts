import { expect, test } from 'vitest';
import { ageTime } from './ageTime.ts';
import { Store } from './store.ts';

const minute = 600_000_000n;
const hour = 60n * minute;
const day = 24n * hour;
const start = 739_000n * day;

/** A store, and looks at it, each `pause` from `from` on until `until`: how far the time has come. */
function withStore(use: (look: (from: bigint, until: bigint, pause?: bigint) => bigint) => void): void {
  const store = Store.open(':memory:');
  const look = (from: bigint, until: bigint, pause = 10n * minute) => {
    let aged = 0n;
    for (let now = from; now <= until; now += pause) aged = ageTime(store, now);
    return aged;
  };
  use(look);
  store.close();
}

test('it is the clock as long as that goes as clocks do, over a day of rest and where it is put back', () =>
  withStore((look) => {
    expect(look(start, start + 3n * day)).toBe(start + 3n * day);
    expect(look(start + 4n * day, start + 5n * day)).toBe(start + 5n * day);
    expect(look(start, start)).toBe(start);
  }));

test('a clock that leaps ahead and is put back changes nothing', () =>
  withStore((look) => {
    look(start, start + day);
    const leapt = start + 200n * day;
    expect(look(leapt, leapt + hour)).toBe(start + day + hour);
    expect(look(start + day, start + 2n * day)).toBe(start + 2n * day);
    // Each time anew.
    expect(look(leapt, leapt + 23n * hour)).toBe(start + 2n * day + 23n * hour);
    expect(look(leapt - day, leapt)).toBe(leapt);
  }));

test('after half a year in which nobody looked it is the clock again once that has stood for a day', () =>
  withStore((look) => {
    look(start, start + day);
    const again = start + 200n * day;
    expect(look(again, again + 8n * hour)).toBe(start + day + 8n * hour);
    // A night in which nobody looks says nothing.
    expect(look(again + day, again + day + 8n * hour)).toBe(start + day + 16n * hour);
    expect(look(again + 2n * day, again + 2n * day + 8n * hour)).toBe(again + 2n * day + 8n * hour);
    expect(look(again + 3n * day, again + 3n * day)).toBe(again + 3n * day);
  }));
