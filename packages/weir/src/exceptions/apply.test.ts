import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exception, GivenVerdict } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import { finding } from '../report/result.fixture.ts';
import { applyExceptions } from './apply.ts';

const day = 864_000_000_000n;

function exception(change: Partial<Exception> = {}): Exception {
  return {
    id: 'nightly',
    name: 'Nightly',
    rules: null,
    when: '',
    names: true,
    owner: 'o',
    reason: 'r',
    created: 0n,
    expires: 100n * day,
    place: 'ex.yaml:2:5',
    ...change,
  };
}

const seen = (id: string, at: bigint, change: Partial<Finding> = {}): Finding =>
  finding({ id, firstSeen: at, lastSeen: at, ...change });

const judged = (exceptions: readonly Exception[], verdicts: readonly GivenVerdict[] = [], now = 0n) => ({
  exceptions,
  verdicts,
  rules: ['weir.upload-volume'],
  now,
});

const holdsFor = (ids: readonly string[], exception = 'nightly') => new Map(ids.map((id) => [id, [exception]]));

const confirmed = (id: string): GivenVerdict => ({
  verdict: 'true-positive',
  about: { finding: id },
  by: 'a',
  note: '',
  place: 'v.yaml:2:5',
});

test('law: hidden and shown are all findings, as they were, and an exception changes no other than those it hides', () => {
  const drawn = fc.record({
    findings: fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 12 }),
    exceptions: fc.array(
      fc.record({
        meets: fc.array(fc.nat({ max: 11 })),
        expires: fc.integer({ min: 1, max: 200 }),
        forced: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
    confirmed: fc.array(fc.nat({ max: 11 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(drawn, (world) => {
      const findings = world.findings.map((at, index) => seen(`f${index}`, BigInt(at) * day));
      const exceptions = world.exceptions.map(({ expires, forced }, index) =>
        exception({
          id: `e${index}`,
          expires: BigInt(expires) * day,
          ...(forced ? { override: { reason: 'r', by: 'b' } } : {}),
        }),
      );
      const holds = new Map(
        findings.map(({ id }, at) => [
          id,
          exceptions.filter((_, e) => world.exceptions[e]?.meets.includes(at)).map((e) => e.id),
        ]),
      );
      const verdicts = world.confirmed.map((at) => confirmed(`f${at}`));
      const all = applyExceptions(findings, holds, judged(exceptions, verdicts));
      const hidden = all.hidden.map(({ finding: each }) => each);
      expect([...all.shown, ...hidden].sort((a, b) => findings.indexOf(a) - findings.indexOf(b))).toEqual(findings);
      for (const { finding: each, by } of all.hidden) {
        expect(by).not.toEqual([]);
        for (const id of by) expect(each.lastSeen < (exceptions.find((e) => e.id === id)?.expires ?? 0n)).toBe(true);
      }
      // Without the last exception, only what it alone hid is shown.
      const last = exceptions.at(-1);
      const fewer = applyExceptions(findings, holds, judged(exceptions.slice(0, -1), verdicts));
      const alone = all.hidden
        .filter(({ by }) => by.length === 1 && by[0] === last?.id)
        .map(({ finding: each }) => each);
      expect(fewer.shown.filter((each) => !all.shown.includes(each))).toEqual(alone);
      // Of confirmed cases only those with leave are hidden.
      const truths = new Set(world.confirmed.map((at) => `f${at}`));
      for (const { finding: each, by } of all.hidden) {
        if (truths.has(each.id)) expect(by.every((id) => exceptions.find((e) => e.id === id)?.override)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

describe('an exception that ends', () => {
  const findings = [seen('before', 99n * day), seen('after', 100n * day)];

  test('hides what was last seen before its end, and nothing later, whatever the present is', () => {
    for (const now of [0n, 99n * day, 500n * day]) {
      const { shown, hidden } = applyExceptions(
        findings,
        holdsFor(['before', 'after']),
        judged([exception()], [], now),
      );
      expect(shown.map(({ id }) => id)).toEqual(['after']);
      expect(hidden.map(({ finding: { id }, by }) => [id, by])).toEqual([['before', ['nightly']]]);
    }
  });

  test('says so a fortnight before and afterwards, with what came since', () => {
    const ending = (now: bigint) =>
      applyExceptions(findings, holdsFor(['before', 'after']), judged([exception()], [], now)).uses[0];
    expect(ending(85n * day)).toMatchObject({ ending: 'later', outlived: 1 });
    expect(ending(86n * day)).toMatchObject({ ending: 'soon' });
    expect(ending(100n * day)).toMatchObject({ ending: 'ended', hides: [{ id: 'before' }] });
  });

  test('shows a finding that it hid, when that goes on beyond its end', () => {
    const grown = finding({ id: 'before', firstSeen: 90n * day, lastSeen: 101n * day });
    expect(applyExceptions([grown], holdsFor(['before']), judged([exception()])).shown).toEqual([grown]);
  });
});

describe('refused, so that nothing is hidden:', () => {
  test('one that would hide a confirmed case; with leave it hides it and says so', () => {
    const findings = [seen('a', 1n), seen('b', 2n)];
    const verdicts = [confirmed('b')];
    const strict = applyExceptions(findings, holdsFor(['a', 'b']), judged([exception()], verdicts));
    expect(strict.hidden).toEqual([]);
    expect(strict.uses[0]).toMatchObject({
      state: 'refused',
      hides: [{ id: 'a' }, { id: 'b' }],
      confirmed: [{ id: 'b' }],
    });
    const leave = exception({ override: { reason: 'a drill', by: 'ciso' } });
    const forced = applyExceptions(findings, holdsFor(['a', 'b']), judged([leave], verdicts));
    expect(forced.shown).toEqual([]);
    expect(forced.uses[0]).toMatchObject({ state: 'applied', confirmed: [{ id: 'b' }] });
  });

  test('one that would hide everything that has nothing in common', () => {
    const many = Array.from({ length: 6 }, (_, index) => {
      const { entities } = finding();
      const own = { device: `ws-${index}`, account: `a${index}`, process: `p${index}` };
      return seen(`f${index}`, 1n, { entities: { ...entities, ...own }, service: `s${index}` });
    });
    const ids = many.map(({ id }) => id);
    expect(applyExceptions(many, holdsFor(ids), judged([exception()])).uses[0]?.state).toBe('refused');
    expect(applyExceptions(many.slice(1), holdsFor(ids), judged([exception()])).uses[0]?.state).toBe('applied');
    expect(applyExceptions(many, holdsFor(ids.slice(1)), judged([exception()])).uses[0]?.state).toBe('applied');
    const oneProgram = many.map((each) => ({ ...each, entities: { ...each.entities, process: 'Dropbox.exe' } }));
    expect(applyExceptions(oneProgram, holdsFor(ids), judged([exception()])).uses[0]?.state).toBe('applied');
  });
});

test('one that names nobody hides findings of one device, or of one program and service, and no more', () => {
  const { entities } = finding();
  const of = (id: string, device: string, process: string, service: string) =>
    seen(id, 1n, { entities: { ...entities, device, process }, service });
  const state = (names: boolean, ...findings: readonly Finding[]) => {
    const met = holdsFor(findings.map(({ id }) => id));
    return applyExceptions([...findings, of('other', 'ws-9', 'p', 's')], met, judged([exception({ names })])).uses[0];
  };
  expect(state(false, of('a', 'ws-1', 'p', 's'), of('b', 'WS-1', 'q', 't'))?.state).toBe('applied');
  expect(state(false, of('a', 'ws-1', 'p', 's'), of('b', 'ws-2', 'P', 's'))?.state).toBe('applied');
  expect(state(false, of('a', 'ws-1', 'p', 's'), of('b', 'ws-2', 'p', 't'))).toMatchObject({
    state: 'refused',
    why: expect.stringMatching(/^it would hide 2 findings of 2 devices \(programs: 1, services: 2\), and names none/),
  });
  expect(state(false, of('a', 'ws-1', 'p', 's'), of('b', 'ws-2', 'q', 's'))?.state).toBe('refused');
  expect(state(true, of('a', 'ws-1', 'p', 's'), of('b', 'ws-2', 'q', 't'))?.state).toBe('applied');
  // Devices and programs that nobody knows may be several.
  expect(state(false, of('a', '', 'p', 's'), of('b', '', 'p', 't'))?.state).toBe('refused');
  expect(state(false, of('a', 'ws-1', '', 's'), of('b', 'ws-2', '', 's'))?.state).toBe('refused');
  expect(state(false, of('a', '', 'p', 's'))?.state).toBe('applied');
});

test('a verdict by its story is about the finding whose entities and time it names', () => {
  const { entities } = finding();
  const told = seen('f', 5n * day, { entities: { ...entities, device: 'FS-01' } });
  const about = (device: string, time: bigint): GivenVerdict => ({
    ...confirmed(''),
    about: { rule: told.rule.name.toUpperCase(), entities: { device, service: 'mega' }, time },
  });
  const state = (verdict: GivenVerdict) =>
    applyExceptions([told], holdsFor(['f']), judged([exception()], [verdict])).uses[0]?.state;
  expect(state(about('fs-01', 5n * day))).toBe('refused');
  expect(state(about('fs-02', 5n * day))).toBe('applied');
  expect(state(about('fs-01', 6n * day))).toBe('applied');
});

test('an exception for rules that did not run is elsewhere, and meets nothing', () => {
  const { uses, hidden } = applyExceptions([seen('a', 1n)], holdsFor(['a']), judged([exception({ rules: ['other'] })]));
  expect(hidden).toEqual([]);
  expect(uses[0]).toMatchObject({ state: 'elsewhere', hides: [] });
});
