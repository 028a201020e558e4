import { expect, test } from 'vitest';
import { finding } from '../report/result.fixture.ts';
import { mailHtml, mailText } from './mail.ts';
import { messageOf, notice } from './message.fixture.ts';
import { slackBody } from './slack.ts';
import { teamsBody } from './teams.ts';
import { wordsOf } from './words.ts';

const hostile =
  '<!channel> [x](http://evil.example) *b* <https://evil.example|ok> <at>all</at> \u202Eexe.x\u0007 \r\nBcc: a@b.c';
const wicked = notice(1, {
  title: hostile,
  entities: { ...finding().entities, device: hostile, account: '<script>alert(1)</script>' },
});

/** Every text of a JSON value with the keys that lead to it. */
function texts(value: unknown, path: readonly string[] = []): (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => texts(item, [...path, key]));
}

test('in Slack a text of a log is no markup, no mention and no link', () => {
  const body = slackBody(wordsOf(messageOf([wicked])));
  expect(body.text).toContain('&lt;!channel&gt;');
  expect(body.text).not.toMatch(/[<>]/);
  const types = texts(body).filter(([path]) => path.endsWith('.text.type') || /fields\.\d+\.type$/.test(path));
  expect(types.length).toBeGreaterThan(3);
  for (const [path, type] of types) expect([path, type]).toEqual([path, 'plain_text']);
  expect(JSON.stringify(body)).not.toContain('\u202E');
});

test('Slack takes the longest message', () => {
  const long = 'é😀'.repeat(5_000);
  const facts = Array.from({ length: 12 }, (_, n) => ({ name: `n${n}`, value: long }));
  const items = Array.from({ length: 5 }, () => ({ title: long, facts }));
  const body = slackBody({ headline: long, lines: [long], items, rest: long });
  expect(body.blocks.length).toBeLessThanOrEqual(50);
  for (const block of body.blocks) {
    if ('text' in block) expect([...block.text.text].length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
    if ('fields' in block) {
      expect(block.fields.length).toBeLessThanOrEqual(10);
      for (const { text } of block.fields) expect([...text].length).toBeLessThanOrEqual(2_000);
    }
  }
});

test('in Teams a text of a log is a text run, in which nothing is markup', () => {
  const body = teamsBody(wordsOf(messageOf([wicked])));
  const [card] = body.attachments;
  expect(card).toMatchObject({ contentType: 'application/vnd.microsoft.card.adaptive', content: { version: '1.4' } });
  const types = new Set(
    texts(card?.content.body)
      .filter(([path]) => path.endsWith('type'))
      .map(([, type]) => type),
  );
  expect(types).toEqual(new Set(['RichTextBlock', 'TextRun']));
  const runs = texts(card?.content.body).filter(([path]) => path.endsWith('.text'));
  expect(runs.some(([, text]) => text.includes('<at>all</at>'))).toBe(true);
  expect(JSON.stringify(body).length).toBeLessThan(28_000);
});

test('a mail has no markup and no link of a log, and no second header', () => {
  const words = wordsOf(messageOf([wicked]));
  expect(words.headline).not.toMatch(/[\r\n]/);
  const html = mailHtml(words);
  expect(html).toContain('&#60;script&#62;');
  expect(html).not.toMatch(/<script|<a |evil\.example|http:\/\/evil/);
  expect(mailText(words)).toContain('Account: <script>alert(1)</script>');
});

test('one alert is told with what a decision needs', () => {
  const words = wordsOf(messageOf([notice(12)]));
  expect(words.headline).toBe('[High] rclone.exe on fs-01 sent 1.8 GiB to Mega in 2 h 41 min');
  expect(words.items[0]?.facts).toEqual([
    { name: 'Device', value: 'fs-01' },
    { name: 'Account', value: 'CORP\\svc_backup' },
    { name: 'Program', value: 'rclone.exe' },
    { name: 'Service', value: 'Mega' },
    { name: 'Sent', value: 'at least 1.8 GiB: bytes known for 210 of 214 connections' },
    { name: 'When', value: '2026-11-21 02:10 to 04:51 UTC' },
    { name: 'Score', value: expect.stringMatching(/^92 of 100: A file copier/) },
    { name: 'Rule', value: 'Large upload to an unsanctioned web service' },
    { name: 'Alert', value: '12' },
  ]);
});

test('many alerts are one message that counts them', () => {
  const storm = Array.from({ length: 37 }, (_, index) =>
    notice(index + 1, { severity: index < 7 ? 'high' : 'medium' }),
  );
  const words = wordsOf(messageOf(storm));
  expect(words.headline).toBe('37 alerts of Large upload to an unsanctioned web service');
  expect(words.lines).toEqual(['7 high, 30 medium']);
  expect(words.items.length).toBe(5);
  expect(words.rest).toBe('and 32 more');
});

test('what does not hold says so', () => {
  const gone = notice(3, {}, 'withdrawn');
  const told = { ...gone, told: { ...gone.told, because: 'it is one story with alert 2' } };
  const words = wordsOf(messageOf([told]));
  expect(words.headline).toMatch(/^\[Withdrawn\] rclone/);
  expect(words.items[0]?.facts[0]).toEqual({ name: 'Why', value: 'it is one story with alert 2' });
});
