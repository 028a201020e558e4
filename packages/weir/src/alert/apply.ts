import type { Applied, RuleFindings } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { goesOn, grow } from './grow.ts';
import { type KnownAlert, knownAlert } from './known.ts';
import { lose } from './lose.ts';
import { merge } from './merge.ts';
import type { NotifyPolicy } from './notices.ts';
import { open } from './open.ts';
import { storiesOf } from './stories.ts';
import { namedBy } from './story.ts';

/** Brings a rule's alerts to what the rule finds now, and writes what is to be told of it, in one transaction (the caller's,
 *  where there is one). Applied again it changes nothing. */
export function applyFindings(store: Store, policy: NotifyPolicy, told: RuleFindings): Applied {
  return store.transaction(() => {
    const done = { opened: [] as number[], changed: [] as number[], withdrawn: [] as number[], merged: [] as number[] };
    const { told: stories, lost } = storiesOf(store, told);
    for (const story of stories) {
      const before = keeperOf(story.alerts);
      const opens = before === undefined || (before.state === 'closed' && goesOn(store, before, story));
      const id = opens ? open(store, policy, told, story, before ?? null) : before.id;
      const merged = merge(store, told, knownAlert(store, id), story.alerts);
      const grew = !opens && grow(store, policy, told, merged.length > 0 ? knownAlert(store, id) : before, story);
      namedBy(store, told.rule.id, story, id);
      done.merged.push(...merged);
      if (opens) done.opened.push(id);
      else if (grew || merged.length > 0) done.changed.push(id);
    }
    for (const alert of lost) (lose(store, told, alert) ? done.withdrawn : done.changed).push(alert.id);
    return done;
  });
}

/** The alert that goes on with a story: the oldest that is open, else the closed one that told it last, else one that was
 *  withdrawn. */
function keeperOf(alerts: readonly KnownAlert[]): KnownAlert | undefined {
  const open = alerts.find(({ state }) => state === 'new' || state === 'in-progress');
  return open ?? alerts.findLast(({ state }) => state === 'closed') ?? alerts[0];
}
