/** What tells one story from another. Times are ticks. */
export interface StoryOf {
  readonly key: readonly string[];
  readonly firstSeen: bigint;
  readonly lastSeen: bigint;
}

/** A key under which rows were found before and another under which they are now: fusion learned who an address was. Times
 *  are those of the rows, before and now. */
export interface Renamed {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly before: { readonly from: bigint; readonly until: bigint };
  readonly now: { readonly from: bigint; readonly until: bigint };
}

/** A story that was told before. */
export interface Episode extends StoryOf {
  /** Given once. */
  readonly id: string;
  /** Whether it was told by the last run, and not withdrawn since. */
  readonly standing: boolean;
}

export interface Identified<Told extends StoryOf, Known extends Episode> {
  readonly told: Told;
  /** The episode that goes on with it; undefined: it is new. */
  readonly as: Known | undefined;
  /** Episodes that have become part of it. */
  readonly aliases: readonly Known[];
}

/** Says which episodes the stories of a rule are, as they are told now. `episodes` stand in the order in which their ids
 *  were given: the older goes on, another that has become the same story is its alias, and what nothing goes on with is
 *  lost. A story goes on with an episode of its key that it is no further from than `quiet` (ticks); else with one whose rows
 *  now have its key (`renamed`); else with one whose key knows less than its own and that it reaches over. */
export function identify<Told extends StoryOf, Known extends Episode>(
  stories: readonly Told[],
  episodes: readonly Known[],
  { quiet, renamed }: { readonly quiet: bigint; readonly renamed: readonly Renamed[] },
): { readonly stories: readonly Identified<Told, Known>[]; readonly lost: readonly Known[] } {
  const ordered = stories.toSorted((a, b) => (a.firstSeen < b.firstSeen ? -1 : a.firstSeen > b.firstSeen ? 1 : 0));
  const byKey = Map.groupBy(ordered, ({ key }) => JSON.stringify(key));
  const as = new Map<Told, Known>();
  const aliases = new Map<Told, Known[]>();
  const lost: Known[] = [];
  const ofKey = (key: readonly string[]) => byKey.get(JSON.stringify(key)) ?? [];
  const candidates = (episode: Known): Told[] => [
    ...ofKey(episode.key).filter((story) => apart(story, episode) <= quiet),
    ...renamed
      .filter(({ from, before }) => sameKey(from, episode.key) && meets(before, spanOf(episode)))
      .flatMap(({ to, now }) => ofKey(to).filter((story) => meets(now, spanOf(story)))),
    ...(episode.key.includes('')
      ? ordered.filter((story) => knowsMore(story.key, episode.key) && meets(spanOf(story), spanOf(episode)))
      : []),
  ];
  // What was withdrawn is taken up by what has no other, and never in the way of what stands.
  for (const episode of [
    ...episodes.filter(({ standing }) => standing),
    ...episodes.filter((each) => !each.standing),
  ]) {
    const found = candidates(episode);
    const free = found.find((story) => !as.has(story));
    if (free !== undefined) as.set(free, episode);
    else if (!episode.standing) continue;
    else if (found[0] === undefined) lost.push(episode);
    else aliases.set(found[0], [...(aliases.get(found[0]) ?? []), episode]);
  }
  return {
    stories: stories.map((told) => ({ told, as: as.get(told), aliases: aliases.get(told) ?? [] })),
    lost,
  };
}

interface Span {
  readonly from: bigint;
  readonly until: bigint;
}

function spanOf({ firstSeen, lastSeen }: StoryOf): Span {
  return { from: firstSeen, until: lastSeen };
}

function meets(one: Span, other: Span): boolean {
  return one.from <= other.until && other.from <= one.until;
}

/** The time between two stories; 0 where they overlap. */
function apart(one: StoryOf, other: StoryOf): bigint {
  const gaps = [one.firstSeen - other.lastSeen, other.firstSeen - one.lastSeen, 0n];
  return gaps.reduce((most, gap) => (gap > most ? gap : most), 0n);
}

function sameKey(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

/** Agrees in every part that `other` knows. */
function knowsMore(key: readonly string[], other: readonly string[]): boolean {
  return !sameKey(key, other) && other.every((part, index) => part === '' || part === key[index]);
}
