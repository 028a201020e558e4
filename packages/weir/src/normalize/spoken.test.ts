import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Spoken } from './spoken.ts';

it('leaves out what nobody speaks of, whatever the case of a name', () => {
  const columns = { raw: `trim(line)`, Host: 'lower(raw)', port: '443', other: 'raw' };
  expect(Object.keys(new Spoken('host || 1').of(columns))).toEqual(['raw', 'Host']);
  expect(new Spoken('443').of(columns)).toEqual({});
});

it('has what it keeps speak of the columns below', () => {
  const spoken = new Spoken('flow');
  spoken.of({ flow: `coalesce(weir_members_0."id.orig_h", '')`, name: 'weir_members_1.query' });
  expect(Object.keys(spoken.of({ weir_members_0: 'a', weir_members_1: 'b' }))).toEqual(['weir_members_0']);
});

it('keeps columns whose names are no words, as it does not find them', () => {
  expect(Object.keys(new Spoken().of({ 'id.orig_h': 'x', plain: 'y' }))).toEqual(['id.orig_h']);
});

it('keeps, of columns that speak of those before them, all that a kept one needs', () => {
  const chain = fc.array(fc.nat(), { minLength: 1, maxLength: 20 }).map((links) => {
    const below = links.map((link, at) => (at === 0 ? undefined : link % at));
    return {
      below,
      columns: Object.fromEntries(below.map((to, at) => [`c${at}`, to === undefined ? '1' : `c${to} + 1`])),
    };
  });
  fc.assert(
    fc.property(chain, fc.nat(), ({ below, columns }, pick) => {
      const needed: string[] = [];
      for (let at: number | undefined = pick % below.length; at !== undefined; at = below[at]) needed.push(`c${at}`);
      const kept = Object.keys(new Spoken(needed[0] ?? '').of(columns));
      expect(kept.toSorted()).toEqual(needed.toSorted());
    }),
  );
});
