import { z } from '@hono/zod-openapi';
import type { RuleVersion } from '../../schedule/ruleVersions.ts';
import { mistake } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { integer, moment, told } from '../shapes.ts';

const id = z.string().min(1).max(200);
const yaml = z.string().min(1).max(200_000).openapi({ description: "A rule in Sentinel's format: its file's text." });
const reason = z.string().trim().min(3).max(2_000).openapi({ description: 'Why, for the trail.' });

export const version = z
  .object({
    rule: z.string(),
    number: z.int().openapi({ description: 'From 1 for each rule.' }),
    at: moment,
    by: z.string().nullable().openapi({ description: 'Who saved it; null: it was found in the file.' }),
    origin: z.enum(['shipped', 'file', 'page']).openapi({
      description: 'It came with Weir; somebody wrote it into the file; it was saved here.',
    }),
    reason: z.string(),
    back: z.boolean().openapi({ description: "Somebody's own copy went, and the shipped rule runs again." }),
    problem: z.string().openapi({ description: 'Why it is not what runs; empty: it is, or was.' }),
  })
  .openapi('RuleVersion');

/** Rules' files and what they have said. */
export function ruleTextRoutes({ ruleTexts, clock }: Pick<Parts, 'ruleTexts' | 'clock'>): Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/api/rules/check',
        name: 'checkRule',
        summary: "What is wrong with a text that is to be a rule's; nothing is saved.",
        needs: 'write',
        body: z.strictObject({
          yaml,
          of: id.nullable().openapi({ description: 'The rule whose next text it is; null: a new one.' }),
        }),
        answer: z.object({
          rule: z
            .object({ id: z.string(), name: z.string() })
            .nullable()
            .openapi({ description: 'The rule that it would be; null: it is none.' }),
          mistakes: z.array(mistake).openapi({ description: 'With an error among them it is not saved.' }),
        }),
        passive: true,
      },
      async ({ body }) => {
        const { rule, mistakes } = await ruleTexts.check(body);
        return { rule, mistakes: [...mistakes] };
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/rules',
        name: 'createRule',
        summary: 'Make a rule: its file is written and it is in force at once.',
        needs: 'write',
        body: z.strictObject({ yaml, reason }),
        answer: version,
        status: 201,
      },
      async ({ body, who }) => record(await ruleTexts.create(body, { actor: who.name, at: clock.now() })),
    ),
    route(
      {
        method: 'put',
        path: '/api/rules/{id}',
        name: 'saveRule',
        summary:
          "Write a rule's file anew: it is in force at once. One of Weir's own is hidden by a file of the home's with its id. " +
          'Refused (409) where the version that it was made from is not the latest any more.',
        needs: 'write',
        params: z.strictObject({ id }),
        body: z.strictObject({ yaml, reason, base: z.int().min(1) }),
        answer: version,
      },
      async ({ params, body, who }) =>
        record(await ruleTexts.save(params.id, body, { actor: who.name, at: clock.now() })),
    ),
    route(
      {
        method: 'get',
        path: '/api/rules/{id}/shipped',
        name: 'getShippedRule',
        summary: 'The rule that ships with Weir and that a copy of it hides.',
        needs: 'read',
        params: z.strictObject({ id }),
        answer: z.object({
          text: z.string().openapi({ description: 'What ships with Weir.' }),
          before: z
            .string()
            .openapi({ description: 'What shipped when the copy was made, or was last held against it.' }),
          own: z.string().openapi({ description: 'The copy.' }),
        }),
        passive: true,
      },
      ({ params }) => ruleTexts.shipped(params.id),
    ),
    route(
      {
        method: 'post',
        path: '/api/rules/{id}/keep',
        name: 'keepRuleCopy',
        summary: 'Keep a copy as it is beside what ships with Weir by now, which nobody is told of any more.',
        needs: 'write',
        params: z.strictObject({ id }),
        body: z.strictObject({ text: yaml }),
      },
      ({ params, body, who }) => ruleTexts.seen(params.id, body.text, { actor: who.name, at: clock.now() }),
    ),
    route(
      {
        method: 'post',
        path: '/api/rules/{id}/back',
        name: 'dropRuleCopy',
        summary:
          "Take away one's own copy of a shipped rule, which runs again at once: a version that can be undone. Refused (409) " +
          'where `base` is not the latest version any more.',
        needs: 'write',
        params: z.strictObject({ id }),
        body: z.strictObject({ reason, base: z.int().min(1) }),
        answer: version,
      },
      async ({ params, body, who }) =>
        record(await ruleTexts.back(params.id, body, { actor: who.name, at: clock.now() })),
    ),
    route(
      {
        method: 'get',
        path: '/api/rules/{id}/versions',
        name: 'listRuleVersions',
        summary: "What a rule's file has said, the latest first.",
        needs: 'read',
        params: z.strictObject({ id }),
        answer: z.object({
          versions: z.array(version),
          place: z.string().openapi({ description: 'The file into which the next is written.' }),
          fixed: z.string().openapi({ description: 'Why none can be saved here, and the way out; empty: one can.' }),
        }),
        passive: true,
      },
      async ({ params }) => {
        const { versions, ...rest } = await ruleTexts.versions(params.id);
        return { versions: versions.map(record), ...rest };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/rules/{id}/versions/{number}',
        name: 'getRuleVersion',
        summary: 'A version with its text.',
        needs: 'read',
        params: z.strictObject({ id, number: integer({ min: 1, max: 1_000_000_000 }) }),
        answer: version.extend({ text: z.string() }),
        passive: true,
      },
      ({ params }) => {
        const found = ruleTexts.version(params.id, params.number);
        return { ...record(found), text: found.text };
      },
    ),
  ];
}

function record({ rule, number, at, by, origin, reason: why, drops, problem }: RuleVersion): z.input<typeof version> {
  return { rule, number, at: told(at), by, origin, reason: why, back: drops !== null, problem };
}
