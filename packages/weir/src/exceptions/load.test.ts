import { describe, expect, test } from 'vitest';
import { isoToTicks } from '../detect/isoTime.ts';
import { UserError } from '../model/userError.ts';
import { type KnownRules, readExceptions } from './load.ts';

const known: KnownRules = {
  rules: [
    { id: '11111111-2222-4333-8444-555555555555', name: 'Large upload' },
    { id: '21111111-2222-4333-8444-555555555555', name: 'Bulk upload' },
  ],
  all: true,
};

const entry: Readonly<Record<string, string>> = {
  id: 'nightly',
  name: 'Nightly backup',
  rule: 'Large upload',
  when: 'DeviceName == "srv-1"',
  owner: 'backup@example.org',
  reason: 'It goes to our own bucket.',
  created: '2026-03-01',
  expires: '2026-09-01',
};

function file(change: Readonly<Record<string, string | undefined>> = {}, ...more: string[]): string {
  const lines = Object.entries({ ...entry, ...change }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return ['exceptions:', `  - ${lines.join('\n    ')}`, ...more].join('\n');
}

async function refused(text: string, rules = known): Promise<UserError> {
  const error = await readExceptions('ex.yaml', text, rules).then(
    () => expect.fail('it was taken'),
    (cause: unknown) => cause,
  );
  return error instanceof UserError ? error : expect.fail(String(error));
}

test('an exception names its rule by name or id, keeps the id, and ends at a moment', async () => {
  const [byName] = await readExceptions('ex.yaml', file(), known);
  expect(byName).toMatchObject({
    id: 'nightly',
    rules: ['11111111-2222-4333-8444-555555555555'],
    place: 'ex.yaml:2:5',
  });
  expect(byName?.expires).toBe(isoToTicks('2026-09-01T00:00:00Z'));
  const [byBoth] = await readExceptions(
    'ex.yaml',
    file({ rule: '[LARGE upload, 21111111-2222-4333-8444-555555555555]' }),
    known,
  );
  expect(byBoth?.rules).toEqual(known.rules.map(({ id }) => id));
  expect((await readExceptions('ex.yaml', file({ rule: 'all' }), known))[0]?.rules).toBeNull();
});

describe('refused, at its place:', () => {
  test.each<[string, Readonly<Record<string, string | undefined>>, string, RegExp]>([
    ['no end', { expires: undefined }, '2:5', /expires/],
    ['no owner', { owner: undefined }, '2:5', /owner/],
    ['no reason', { reason: '""' }, '7:5', /say something/],
    ['an end before its beginning', { expires: '2026-02-28' }, '9:5', /ends before it was created/],
    ['a day that is none', { expires: '2026-02-31' }, '9:5', /a day or a moment/],
    ['a key that is none', { experies: '2026-10-01' }, '10:5', /unknown key; did you mean expires/],
    ['a rule that does not exist', { rule: 'Large uplod' }, '4:5', /there is no rule Large uplod/],
    ['a column that a finding does not have', { when: 'DevicName == "x"' }, '5:11', /has no column DevicName/],
    ['a column of events', { when: 'true and InitiatingProcessFileName == "x"' }, '5:20', /no column Initiating/],
    ['what is no condition', { when: 'BytesSent' }, '5:11', /type bool expected/],
    [
      'two conditions',
      { when: '\'DeviceName == "x", true, false), More = iff(true\'' },
      '5:11',
      /more than one condition/,
    ],
    ['a further operator', { when: '\'DeviceName == "x" | take 5\'' }, '5:11', /./],
    ['the present', { when: 'FirstSeen > ago(1d)' }, '5:11', /now\(\) is no fact/],
    ['no column at all', { when: '1 == 1' }, '5:11', /reads no column/],
    ['true by a constant', { when: 'DeviceName == "x" or true' }, '5:11', /holds for every finding$/],
    ['false by a constant', { when: 'DeviceName == "x" and not(true)' }, '5:11', /holds for no finding$/],
    ['true of itself', { when: 'DeviceName == DeviceName' }, '5:11', /holds for every finding that was tried/],
    ['true of all numbers', { when: 'isnull(BytesSent) or BytesSent >= 0' }, '5:11', /every finding that was tried/],
    ['true of all texts', { when: 'strlen(DeviceName) >= 0' }, '5:11', /every finding that was tried/],
    ['true either way', { when: 'Process == "a" or Process != "a"' }, '5:11', /every finding that was tried/],
  ])('%s', async (_, change, place, message) => {
    const error = await refused(file(change));
    expect(`${error.place} ${error.message}`).toMatch(new RegExp(`^ex.yaml:${place} .*${message.source}`));
    expect(error.advice).not.toBe('');
  });

  test('an id that is given twice', async () => {
    const error = await refused(`${file()}\n${file().split('\n').slice(1).join('\n')}`);
    expect(error).toMatchObject({ place: 'ex.yaml:10:5', message: expect.stringContaining('nightly') });
  });

  test('with the column or rule that was meant', async () => {
    expect((await refused(file({ when: 'DevicName == "x"' }))).advice).toBe('Did you mean DeviceName?');
    expect((await refused(file({ when: 'RemoteUrl == "x"' }))).advice).toBe('Did you mean RemoteHost?');
    expect((await refused(file({ rule: 'Large uplod' }))).advice).toBe('Did you mean Large upload?');
  });

  test('at the line of a block, where a condition has several', async () => {
    const error = await refused(file({ when: '|\n      DeviceName == "srv-1"\n      and Servce == "S3"' }));
    expect(error).toMatchObject({ place: 'ex.yaml:7:11', advice: 'Did you mean Service?' });
  });
});

test('a condition that only leaves a few out, and one with a comment, are conditions', async () => {
  const taken = [
    'DeviceName != "srv-1"',
    'not(DeviceName startswith "srv-")',
    'BytesSent < 1000',
    '|\n      true and DeviceName == "a" // this one',
  ];
  for (const when of taken) expect(await readExceptions('ex.yaml', file({ when }), known)).toHaveLength(1);
});

test('where single files run, an exception for a rule of another file is not for them; a slip is told all the same', async () => {
  const some = { ...known, all: false };
  expect((await readExceptions('ex.yaml', file({ rule: 'Mailbox from a script' }), some))[0]?.rules).toEqual([
    'mailbox from a script',
  ]);
  expect((await refused(file({ rule: 'Large uplod' }), some)).advice).toBe('Did you mean Large upload?');
});
