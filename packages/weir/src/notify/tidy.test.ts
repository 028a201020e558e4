import { expect, test } from 'vitest';
import { Store } from '../store/store.ts';
import { tidy } from './tidy.ts';

const day = 864_000_000_000n;

test('of what was given up long ago the last thousand messages are kept, and of what was given up lately all', () => {
  const store = Store.open(':memory:');
  const add = store.statement(
    `INSERT INTO message (destination, key, made, state, attempts, ended, notices_json, summary_json)
     VALUES ('a', ?, 0, ?, 1, ?, '[]', '{}')`,
  );
  store.transaction(() => {
    for (let at = 0; at < 1_250; at += 1) add.run(`dead ${at}`, 'dead', BigInt(at));
    for (let at = 0; at < 30; at += 1) add.run(`late ${at}`, 'dead', 10n * day);
    add.run('sent', 'sent', 5n);
    add.run('waiting', 'waiting', null);
  });
  for (let round = 0; round < 5; round += 1) tidy(store, 12n * day);
  const kept = store.statement('SELECT key FROM message ORDER BY id').all();
  const keys = kept.map(({ key }) => String(key));
  expect(keys).toHaveLength(1_001);
  expect([keys[0], keys.at(-1)]).toEqual(['dead 280', 'waiting']);
  // And those not for ever.
  for (let round = 0; round < 12; round += 1) tidy(store, 31n * day);
  const left = store.statement('SELECT key FROM message ORDER BY id').all();
  expect(left.map(({ key }) => String(key))).toEqual([...keys.filter((key) => key.startsWith('late')), 'waiting']);
  store.close();
});
