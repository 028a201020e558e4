import { jsonText } from '../report/harmless.ts';
import type { Destination } from './destination.ts';
import { postTo, type WebhookOptions } from './webhook.ts';
import { cut, type Item, type Words, wordsOf } from './words.ts';

/** What Slack takes: characters of a header, of a section's text and of one of its fields. Fields of a section: 10. */
const most = { header: 150, section: 3_000, field: 2_000, fields: 10 };

/** An incoming webhook of Slack. Texts are `plain_text`, in which nothing is markup, a mention or a link. */
export function slackSender(options: WebhookOptions): Destination['send'] {
  const send = postTo(options);
  return (message, delivery) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': message.key };
    return send(jsonText(slackBody(wordsOf(message))), headers, delivery);
  };
}

export function slackBody({ headline, lines, items, rest }: Words) {
  const texts = [...lines, ...(rest === '' ? [] : [rest])].filter((line) => line !== '');
  return {
    // What a notification shows. Here "&", "<" and ">" would be markup.
    text: cut(headline, most.section).replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;' })[sign] ?? '&gt;'),
    blocks: [
      { type: 'header', text: plain(headline, most.header) },
      ...(headline.length > most.header ? [{ type: 'section', text: plain(headline, most.section) }] : []),
      ...items.flatMap(itemBlocks),
      ...(texts.length === 0 ? [] : [{ type: 'section', text: plain(texts.join('\n'), most.section) }]),
    ],
  };
}

function itemBlocks({ title, facts }: Item) {
  return [
    ...(title === '' ? [] : [{ type: 'section', text: plain(title, most.section) }]),
    ...(facts.length === 0
      ? []
      : [
          {
            type: 'section',
            fields: facts.slice(0, most.fields).map(({ name, value }) => plain(`${name}: ${value}`, most.field)),
          },
        ]),
  ];
}

function plain(text: string, length: number) {
  return { type: 'plain_text', text: cut(text, length), emoji: false };
}
