import type { RuleFindings } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { type KnownAlert, knownAlert } from './known.ts';
import { tellWithdrawal } from './notices.ts';
import { record } from './record.ts';
import { storedFinding } from './story.ts';

/** Makes one alert of those of one story: the others end in `keeper`, and what people did to them goes on there. Closed ones
 *  stay as they were closed. Gives the numbers of those that ended. */
export function merge(store: Store, run: RuleFindings, keeper: KnownAlert, alerts: readonly KnownAlert[]): number[] {
  const { at } = run;
  const others = alerts.filter(({ id }) => id !== keeper.id);
  const merged = keeper.state === 'closed' ? [] : others.filter(({ state }) => state !== 'closed');
  for (const other of merged) mergeOne(store, run, knownAlert(store, keeper.id), other);
  let follows = keeper.follows;
  for (const closed of others.filter(({ state }) => state === 'closed').toReversed()) {
    if (closed.gone || closed.id === keeper.follows) continue;
    const goesOn = follows === null && keeper.state !== 'closed';
    const told = { at, actor: 'weir', decisive: true };
    if (goesOn) {
      follows = closed.id;
      record(store, keeper.id, { ...told, action: 'alert.follows', details: { alert: closed.id } }, { follows });
    } else {
      const because = `its story goes on in alert ${keeper.id}`;
      const columns = { gone_at: at, gone_because: because };
      record(store, closed.id, { ...told, action: 'alert.gone', details: { because } }, columns);
    }
  }
  return merged.map(({ id }) => id);
}

function mergeOne(store: Store, { at, rule }: RuleFindings, keeper: KnownAlert, other: KnownAlert): void {
  const weir = { at, actor: 'weir', decisive: true };
  record(
    store,
    other.id,
    { ...weir, action: 'alert.merged', details: { into: keeper.id } },
    { state: 'merged', merged_into: keeper.id, gone_at: null, gone_because: null },
  );
  const inherited = other.touched
    ? {
        touched: 1,
        ...(other.state === 'in-progress' && { state: 'in-progress' }),
        ...(keeper.assignee === null && other.assignee !== null && { assignee: other.assignee }),
        tags_json: JSON.stringify([...new Set([...keeper.tags, ...other.tags])]),
      }
    : {};
  record(store, keeper.id, { ...weir, action: 'alert.took-over', details: { alert: other.id } }, inherited);
  const finding = storedFinding(store, other.id);
  const { id, opened, follows, told } = other;
  const because = `it is one story with alert ${keeper.id}`;
  tellWithdrawal(store, { id, at, rule: rule.id, finding, opened, follows, told, together: null }, because);
}
