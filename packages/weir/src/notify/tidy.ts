import { ticksPerDay } from '@weir/kql/types';
import type { Store } from '../store/store.ts';
import type { Destination } from './destination.ts';
import { type Reader, takeUp } from './outbox.ts';

/** How long what was delivered is kept: 7 days. */
const kept = 7n * ticksPerDay;

/** Of what was given up so many messages are kept, the last ones, and no longer than so: for who wants to send them after all. */
const deadKept = { messages: 1_000n, ticks: 30n * ticksPerDay };

/** Forgets what ended long ago, a part at a time: what was delivered, and what was given up, whose last messages stay longer. */
export function tidy(store: Store, now: bigint): void {
  store.transaction(() => {
    store
      .statement(`DELETE FROM message WHERE id IN (
        SELECT id FROM message WHERE state = 'sent' AND ended < ? ORDER BY id LIMIT 100)`)
      .run(now - kept);
    store
      .statement(`DELETE FROM message WHERE id IN (
        SELECT id FROM message WHERE state = 'dead' AND ended < ? AND (ended < ? OR id NOT IN (
          SELECT id FROM message WHERE state = 'dead' ORDER BY ended DESC, id DESC LIMIT ?))
        ORDER BY id LIMIT 100)`)
      .run(now - kept, now - deadKept.ticks, deadKept.messages);
    store
      .statement(`DELETE FROM notice WHERE id IN (
        SELECT id FROM notice WHERE at < ? AND id <= (SELECT coalesce(min(cursor), 9e18) FROM destination)
          AND id NOT IN (SELECT item.value ->> 'notice' FROM message, json_each(message.notices_json) AS item)
        ORDER BY id LIMIT 100)`)
      .run(now - kept);
  });
}

/** Gives up what waits for destinations that are no longer named, also what was in no message yet: that is put together first. */
export function closeOthers(
  store: Store,
  destinations: readonly Destination[],
  { now, key }: { readonly now: bigint; readonly key: () => string },
): void {
  const names = JSON.stringify(destinations.map(({ name }) => name));
  const others = 'NOT IN (SELECT value FROM json_each(?))';
  store.transaction(() => {
    const gone = store.statement(`SELECT name, floor, readers FROM destination WHERE name ${others}`).all(names);
    for (const { name, floor, readers } of gone) {
      const to: Reader = {
        ...{ name: String(name), floor: Number(floor ?? 0) },
        readers: readers === 'machines' ? 'machines' : 'people',
      };
      while (takeUp(store, to, { room: 1, now, key }).taken > 0);
    }
    store
      .statement(`UPDATE message SET state = 'dead', ended = ?, error = 'its destination is no longer in the config'
        WHERE state = 'waiting' AND destination ${others}`)
      .run(now, names);
    store.statement(`DELETE FROM destination WHERE name ${others}`).run(names);
  });
}
