import { expect, test } from 'vitest';
import { type Episode, identify, type StoryOf } from './identity.ts';

const story = (key: string, firstSeen: number, lastSeen: number): StoryOf => ({
  key: key.split('/'),
  firstSeen: BigInt(firstSeen),
  lastSeen: BigInt(lastSeen),
});
const episode = (id: string, key: string, firstSeen: number, lastSeen: number, standing = true): Episode => ({
  ...story(key, firstSeen, lastSeen),
  id,
  standing,
});
const quiet = 10n;

function said(
  stories: readonly StoryOf[],
  episodes: readonly Episode[],
  renamed: Parameters<typeof identify>[2]['renamed'] = [],
) {
  const { stories: told, lost } = identify(stories, episodes, { quiet, renamed });
  return {
    told: told.map(({ as, aliases }) => [as?.id ?? 'new', ...aliases.map(({ id }) => id)].join('+')),
    lost: lost.map(({ id }) => id),
  };
}

test('a story keeps its id when it grows at either end, and one of another key or time is new', () => {
  const known = [episode('a', 'ws/curl', 100, 120)];
  expect(said([story('ws/curl', 95, 130)], known)).toEqual({ told: ['a'], lost: [] });
  expect(said([story('ws/curl', 131, 140)], known)).toEqual({ told: ['new'], lost: ['a'] });
  expect(said([story('ws/node', 100, 120)], known)).toEqual({ told: ['new'], lost: ['a'] });
});

test('of two that a late row bridges the one whose id was given first goes on, whichever is earlier', () => {
  const known = [episode('older', 'ws/curl', 140, 150), episode('younger', 'ws/curl', 100, 120)];
  expect(said([story('ws/curl', 100, 150)], known)).toEqual({ told: ['older+younger'], lost: [] });
});

test('one that falls apart goes on with its first part', () => {
  const known = [episode('a', 'ws/curl', 100, 150)];
  expect(said([story('ws/curl', 140, 150), story('ws/curl', 100, 105)], known)).toEqual({
    told: ['new', 'a'],
    lost: [],
  });
});

test('a device whose name is learned keeps its story', () => {
  const known = [episode('a', '10.0.0.5/', 100, 120)];
  const renamed = [
    {
      from: ['10.0.0.5', ''],
      to: ['ws', 'curl'],
      before: { from: 100n, until: 105n },
      now: { from: 90n, until: 105n },
    },
  ];
  expect(said([story('ws/curl', 90, 120)], known, renamed)).toEqual({ told: ['a'], lost: [] });
  expect(said([story('ws/curl', 190, 220)], known, renamed)).toEqual({ told: ['new'], lost: ['a'] });
  expect(said([story('ws/curl', 90, 120)], known)).toEqual({ told: ['new'], lost: ['a'] });
});

test('one without a process becomes part of the whole story that takes its rows', () => {
  const known = [episode('a', 'ws/', 100, 120), episode('b', 'ws/curl', 100, 110)];
  expect(said([story('ws/curl', 100, 120)], known)).toEqual({ told: ['a+b'], lost: [] });
  expect(said([story('ws/curl', 100, 120)], [known[0] ?? expect.fail()])).toEqual({ told: ['a'], lost: [] });
});

test('what was withdrawn comes back under its id, and takes no other', () => {
  const known = [episode('gone', 'ws/curl', 100, 120, false), episode('b', 'ws/curl', 125, 130)];
  expect(said([story('ws/curl', 100, 120)], [known[0] ?? expect.fail()])).toEqual({ told: ['gone'], lost: [] });
  expect(said([story('ws/curl', 100, 130)], known)).toEqual({ told: ['b'], lost: [] });
});
