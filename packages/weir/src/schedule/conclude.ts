import { createHash } from 'node:crypto';
import type { Found } from '../detect/findings.ts';
import type { Exception, GivenVerdict } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import type { Store } from '../store/store.ts';
import { alias, aliasesOf, allEpisodes, episodesOf, isGiven, type ToldEpisode, tell, withdraw } from './episodes.ts';
import { hidingOf } from './hiding.ts';
import { identify } from './identity.ts';
import type { Touched } from './kept.ts';
import type { ToldStory } from './told.ts';

export interface Judged {
  readonly rule: Rule;
  readonly revision: string;
  /** Stories whose last row is older are retro. */
  readonly retroBefore: bigint;
  readonly exceptions: readonly Exception[];
  readonly verdicts: readonly GivenVerdict[];
  /** The present. */
  readonly at: bigint;
  readonly wholeSince: bigint;
  readonly touched: Touched;
  /** Whether another catalogue told rows anew: what is gone then is so for no evidence, as after the edit of a rule. */
  readonly toldAnew: boolean;
  /** Whether the touched stories are all there are. */
  readonly anew: boolean;
  readonly found: readonly Found[];
}

export interface Concluded {
  /** Those that are not as they were told before. */
  readonly stories: readonly ToldStory[];
  /** Told before, and not there any more. */
  readonly lost: readonly ToldEpisode[];
  /** Whether exceptions now hide stories, or show them, that were not looked at: all are to be told again. */
  readonly others: boolean;
}

/** Writes down which stories a rule tells now, within the caller's transaction, and gives what has changed. Ids are given
 *  here and stay. What a changed rule finds no longer, or what reaches behind the kept time, is not lost. */
export function conclude(store: Store, judged: Judged): Concluded {
  const { rule, revision, touched, anew, found, retroBefore, wholeSince, toldAnew } = judged;
  const { quiet } = rule.weir.finding;
  const episodes = anew ? allEpisodes(store, rule.id) : episodesOf(store, rule.id, touched.keys);
  const stories = found.map((each) => ({
    ...each,
    firstSeen: each.finding.firstSeen,
    lastSeen: each.finding.lastSeen,
  }));
  const identified = identify(stories, episodes, { quiet, renamed: touched.renamed });
  const given = new Set<string>();
  const now = identified.stories.map(({ told, as, aliases }) => {
    const id = as?.id ?? newId(store, told.finding.id, given);
    given.add(id);
    return { found: told, as, aliases, finding: { ...told.finding, id } };
  });
  const judgedIds = new Set(episodes.map(({ id }) => id));
  const hidden = hidingOf(store, judged, { judged: judgedIds, now });
  const told: ToldStory[] = [];
  for (const { found, as, aliases, finding } of now) {
    const by = hidden.by(finding.id);
    const fingerprint = fingerprintOf(finding, found.key, by);
    const { key, holds } = found;
    const same = as?.fingerprint === fingerprint && as.standing;
    if (!same || as.revision !== revision || String(as.holds) !== String(found.holds))
      tell(store, rule.id, { id: finding.id, key, finding, fingerprint, holds, hiddenBy: by, revision });
    for (const { id } of aliases) alias(store, id, finding.id);
    if (same && aliases.length === 0) continue;
    const retro = finding.lastSeen < retroBefore;
    told.push({ finding, aliases: aliasesOf(store, finding.id), ...found.toKeep, hiddenBy: by, retro });
  }
  const lost = toldAnew
    ? []
    : identified.lost.filter((each) => each.revision === revision && each.firstSeen >= wholeSince);
  for (const { id } of lost) withdraw(store, id);
  return { stories: told, lost, others: hidden.others };
}

/** The id that follows from what the story is; where another story has it, one that follows from that. */
function newId(store: Store, id: string, given: ReadonlySet<string>): string {
  if (!given.has(id) && !isGiven(store, id)) return id;
  return newId(store, createHash('sha256').update(id).digest('hex').slice(0, 32), given);
}

function fingerprintOf(finding: Finding, key: readonly string[], hiddenBy: readonly string[]): string {
  const text = JSON.stringify([finding, key, hiddenBy], (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  return createHash('sha256').update(text).digest('base64url');
}
