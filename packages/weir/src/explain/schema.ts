import { z } from 'zod';
import { map } from '../yaml/map.ts';

const text = z.string().trim().min(1, 'say something here');
const word = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'a name is small letters, digits and dashes');
const names = z.array(text).default([]);

/** A question of the guide's own, or one that is shared (`use`) with what is different here. */
const question = map({
  id: word.optional(),
  use: word.optional(),
  ask: text.optional(),
  query: text.optional(),
  needs: z.array(text).optional(),
  benign: text.optional(),
  malicious: text.optional(),
  next: text.optional(),
}).superRefine((value, context) => {
  const wrong = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (value.use !== undefined) {
    for (const key of ['id', 'query', 'needs'] as const)
      if (value[key] !== undefined) wrong(key, 'a shared question has its own; write the question out to change it');
    return;
  }
  for (const key of ['id', 'ask', 'query', 'benign', 'malicious'] as const)
    if (value[key] === undefined) wrong(key, 'say something here, or name a shared question with use');
});

const steps = z.array(map({ do: text, who: text, record: text })).default([]);
const stages = { contain: steps, preserve: steps, scope: steps, notify: steps, recover: steps };

export const guideFile = map({
  means: text,
  thresholds: z.array(map({ text, why: text })).default([]),
  blind: names,
  questions: z.array(question),
  playbook: map({ use: word.optional(), ...stages }),
});

export const questionsFile = map({
  questions: z.record(
    word,
    map({ ask: text, query: text, needs: names, benign: text, malicious: text, next: text.default('') }),
  ),
});

export const playbooksFile = map({ playbooks: z.record(word, map(stages)) });

export type GuideFile = z.output<typeof guideFile>;
