import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadRules } from '../rules/load.ts';
import { explanationJson } from './asJson.ts';
import { guideOf } from './find.ts';
import { loadShared } from './shared.ts';

const content = fileURLToPath(new URL('../../../../content/', import.meta.url));

test('secrets of an answer are masked, in lists and bags too', async () => {
  const [rule = expect.fail('no rule')] = await loadRules([`${content}rules/large-upload`]);
  const guide = await guideOf(rule, `${content}guides`, await loadShared(`${content}guides`));
  const secret = 'hunter22hunter22';
  const answers = guide.questions.map((question) => ({
    question,
    query: '',
    columns: [
      { name: 'Line', type: 'string' as const },
      { name: 'Lines', type: 'dynamic' as const },
      { name: 'Sent', type: 'long' as const },
    ],
    rows: [[`curl -u bob:${secret}`, `["curl -u bob:${secret}",{"line":"curl -u bob:${secret}"}]`, 7n]],
    count: 1,
    lacks: [],
    empty: [],
  }));
  const text = explanationJson(rule, guide, { answers });
  expect(text).not.toContain(secret);
  const masked = 'curl -u bob:hunt***';
  expect(JSON.parse(text).questions[0].answer.rows).toEqual([[masked, [masked, { line: masked }], 7]]);
});
