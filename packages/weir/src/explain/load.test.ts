import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadGuide } from './load.ts';
import type { Shared } from './shared.ts';

const step = { do: 'd', who: 'w', record: 'r' };
const shared: Shared = {
  questions: new Map([
    [
      'destination',
      {
        id: 'destination',
        ask: 'Where?',
        query: 'DeviceNetworkEvents',
        needs: [],
        benign: 'b',
        malicious: 'm',
        next: '',
      },
    ],
  ]),
  playbooks: new Map([
    ['upload', { contain: [step], preserve: [step], scope: [step], notify: [step], recover: [step] }],
    ['short', { contain: [step], preserve: [step], scope: [step], notify: [], recover: [step] }],
  ]),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-guide-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const question = (id: string, query = 'DeviceNetworkEvents | where DeviceName =~ {{DeviceName}}') => [
  `  - id: ${id}`,
  '    ask: What?',
  '    query: |',
  ...query.split('\n').map((line) => `      ${line}`),
  '    benign: b',
  '    malicious: m',
];

function guide(questions: readonly (readonly string[])[], playbook = '{ use: upload }', more: readonly string[] = []) {
  return ['means: It means.', ...more, 'questions:', ...questions.flat(), `playbook: ${playbook}`, ''].join('\n');
}

const four = [question('a'), question('b'), question('c'), question('d')];

async function load(text: string, rule?: string) {
  const path = join(folder, 'guide.yaml');
  await writeFile(path, text);
  return await loadGuide(path, shared, rule);
}

async function refusal(text: string, rule?: string) {
  const error = await load(text, rule).then(
    () => expect.fail('it was taken'),
    (cause: { code: string; place: string; message: string; advice: string }) => cause,
  );
  return { ...error, at: error.place.slice(folder.length + 1), message: error.message, advice: error.advice };
}

test('questions of its own and shared ones, in order; its own steps stand before those of the playbook', async () => {
  const used = ['  - use: destination', '    benign: Our bucket.'];
  const own = '{ use: upload, contain: [{ do: first, who: w, record: r }] }';
  const { questions, playbook } = await load(guide([used, ...four], own));
  expect(questions.map(({ id, benign }) => [id, benign])).toEqual([
    ['destination', 'Our bucket.'],
    ...['a', 'b', 'c', 'd'].map((id) => [id, 'b']),
  ]);
  expect(playbook.contain.map((each) => each.do)).toEqual(['first', 'd']);
  expect(playbook.recover).toEqual([step]);
});

describe('refused, at its place:', () => {
  const e = (query: string) => guide([...four, question('e', query)]);
  test.each<[string, string, string, RegExp]>([
    ['four questions', guide(four), '2:1', /asks 4 questions/],
    ['a question that stands twice', guide([...four, question('a')]), '27:5', /asks a a second time/],
    ['a query that does not compile', e('DeviceNetworkEvents\n| where Nowhere == {{DeviceName}}'), '31:15', /Nowhere/],
    [
      'a mistake behind a value',
      e('DeviceNetworkEvents | where DeviceName == {{DeviceName}} and Nope > 1'),
      '30:68',
      /Nope/,
    ],
    [
      'a column that a finding does not have',
      e('DeviceNetworkEvents | where DeviceName == {{Devicename}}'),
      '30:49',
      /no \{\{Devicename\}\}/,
    ],
    [
      'a value inside of a string',
      e("DeviceNetworkEvents | where DeviceName == '{{DeviceName}}'"),
      '30:50',
      /could end it/,
    ],
    [
      'a value inside of a text of several lines',
      e('DeviceNetworkEvents | where DeviceName == ~~~{{DeviceName}}~~~'),
      '30:52',
      /could end it/,
    ],
    ['a value inside of a comment', e('DeviceNetworkEvents // {{DeviceName}}'), '30:30', /could end it/],
    ['a query of the present', e('DeviceNetworkEvents | where Timestamp > ago(1d)'), '30:7', /asks for the present/],
    [
      'a question without an answer',
      guide([...four, ['  - id: e', '    ask: What?', '    query: print 1', '    benign: b']]),
      '27:5',
      /malicious/,
    ],
    ['a shared question that is not there', guide([...four, ['  - use: destinatoin']]), '27:5', /no shared question/],
    ['a stage without a step', guide([...four, question('e')], '{ use: short }'), '33:1', /no step to notify/],
    [
      'a key that is none',
      guide([...four, question('e')], '{ use: upload, contian: [] }'),
      '33:26',
      /did you mean contain/,
    ],
  ])('%s', async (_, text, at, message) => {
    const refused = await refusal(text);
    expect([refused.code, refused.at]).toEqual(['GUIDE_INVALID', `guide.yaml:${at}`]);
    expect(refused.message).toMatch(message);
    expect(refused.advice).not.toBe('');
  });

  test('a threshold that the rule no longer has', async () => {
    const text = guide([...four, question('e')], undefined, ['thresholds:', '  - { text: Sent > 5, why: Five. }']);
    expect((await load(text, 'query: |\n  T | where Sent\n  > 5')).thresholds).toHaveLength(1);
    expect(await refusal(text, 'T | where Sent > 6')).toMatchObject({
      at: 'guide.yaml:3:7',
      message: /does not say Sent > 5/,
    });
  });
});
