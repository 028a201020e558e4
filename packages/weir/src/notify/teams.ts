import { jsonText } from '../report/harmless.ts';
import type { Destination } from './destination.ts';
import { postTo, type WebhookOptions } from './webhook.ts';
import { cut, type Words, wordsOf } from './words.ts';

/** Teams drops cards of more than 28 KB, so texts are short. */
const textMost = 300;

/** A workflow of Teams that posts an adaptive card. Texts are text runs, in which nothing is Markdown, a mention or a link. */
export function teamsSender(options: WebhookOptions): Destination['send'] {
  const send = postTo(options);
  return (message, delivery) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': message.key };
    return send(jsonText(teamsBody(wordsOf(message))), headers, delivery);
  };
}

export function teamsBody({ headline, lines, items, rest }: Words) {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      paragraph([run(headline, { weight: 'Bolder', size: 'Medium' })]),
      ...lines.filter((line) => line !== '').map((line) => paragraph([run(line)])),
      ...items.flatMap(({ title, facts }) => [
        ...(title === '' ? [] : [paragraph([run(title, { weight: 'Bolder' })])]),
        ...facts.map(({ name, value }) => paragraph([run(`${name}: `, { isSubtle: true }), run(value)])),
      ]),
      ...(rest === '' ? [] : [paragraph([run(rest)])]),
    ],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

function paragraph(inlines: readonly object[]) {
  return { type: 'RichTextBlock', inlines, spacing: 'Small' };
}

function run(text: string, look: object = {}) {
  return { type: 'TextRun', text: cut(text, textMost), ...look };
}
