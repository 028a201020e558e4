import type { Clock } from '../../../packages/weir/src/model/clock.ts';
import type { Rooms } from '../../../packages/weir/src/serve/rooms.ts';
import type { Around, Driver } from './driver.ts';
import type { WorldKind } from './kinds.ts';
import { isOpen } from './sender.ts';

const second = 10_000_000n;
const minute = 60n * second;

/** A life without faults, in which all is sent, comes to rest, and the service stops. */
export async function calm(
  driver: Driver,
  kind: WorldKind,
  { deliveries, spool, clock }: Pick<Around, 'deliveries' | 'spool'> & { readonly clock: Clock },
): Promise<void> {
  await driver.open();
  await driver.until('it opens', second, () => driver.rooms !== undefined);
  while (spool !== undefined && !spool.isWritten) spool.write(1_000_000);
  const pending = () => deliveries.filter((each) => isOpen(each) && each.at <= clock.now());
  await driver.until('all is taken', second, () => {
    for (const each of pending()) driver.send(each);
    return deliveries.every((each) => !isOpen(each) && !each.underway);
  });
  const store = () => driver.rooms?.store as Rooms['store'];
  const one = (sql: string) => Object.values(store().statement(sql).get() ?? {})[0];
  const sent = deliveries
    .filter(({ acknowledged }) => acknowledged)
    .reduce((sum, { records }) => sum + records.length, spool?.records.length ?? 0);
  // What then is not there is told by who counts.
  const rows = () => Number(one('SELECT coalesce(sum(rows), 0) FROM input'));
  for (let passed = 0; passed < 40 && rows() < sent; passed++) await driver.pass(10n * second);
  // What was sent once and not acknowledged may be on its way.
  for (let passed = 0; passed < 3; passed++) await driver.pass(second);
  if (kind === 'intake') return driver.stop();
  await driver.pass(11n * minute);
  await driver.until(
    'fusion has settled',
    6n * minute,
    () =>
      one('SELECT count(*) FROM fusion_unsettled') === 0n &&
      one('SELECT min(passed, noted) = seq FROM fusion_cursor, manifest') === 1n,
  );
  await driver.pass(31n * minute);
  await driver.until(
    'everybody is told',
    6n * minute,
    () =>
      one("SELECT count(*) FROM message WHERE state = 'waiting'") === 0n &&
      one('SELECT cursor = (SELECT coalesce(max(id), 0) FROM notice) FROM destination') === 1n,
  );
  await driver.stop();
}
