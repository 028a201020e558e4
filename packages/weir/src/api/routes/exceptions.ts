import { z } from '@hono/zod-openapi';
import type { Principal } from '../../access/roles.ts';
import { severities } from '../../model/finding.ts';
import { masked } from '../../report/presentable.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { ExceptionInfo, ExceptionPreview, Parts } from '../parts.ts';
import { givenMoment, moment, told } from '../shapes.ts';
import { states, verdicts } from './alertShapes.ts';

const text = z.string().trim().min(1).max(2_000);
const when = z.string().trim().min(1).max(10_000);
/** The alert that it is made for: it is counted however old it is. */
const alert = z.int().min(1).optional();
/** Rule ids; null: all. */
const rules = z.array(z.string().min(1).max(200)).min(1).max(100).nullable();

export const preview = z
  .object({
    since: moment.openapi({
      description: 'Told of alerts last seen since then, of all confirmed ones, and of the alert that it is made for.',
    }),
    isCut: z.boolean().openapi({ description: 'There are more alerts than are looked at; the oldest are left out.' }),
    count: z.int(),
    hides: z
      .array(
        z.object({
          id: z.int(),
          title: z.string(),
          severity: z.enum(severities),
          state: z.enum(states),
          verdict: z.enum(verdicts).nullable(),
          lastSeen: moment,
        }),
      )
      .openapi({ description: 'Alerts that it would hide: confirmed ones, then the latest; the first of very many.' }),
    confirmed: z.array(z.int()).openapi({ description: 'Those that a person confirmed: with any, it is refused.' }),
    refusal: z.string().openapi({ description: 'Why it would be refused, and the way out; empty: it would not.' }),
  })
  .openapi('ExceptionPreview');

export const exception = z
  .object({
    id: z.string(),
    name: z.string(),
    rules: z.array(z.string()).nullable(),
    when: z.string(),
    owner: z.string(),
    reason: z.string(),
    created: moment,
    expires: moment,
    by: z.string().nullable().openapi({ description: 'Who made it; null: it stands in a file.' }),
    ended: z
      .object({ by: z.string(), at: moment, reason: z.string() })
      .nullable()
      .openapi({ description: 'Ended before its time.' }),
    renewed: z
      .object({ by: z.string(), at: moment, reason: z.string() })
      .nullable()
      .openapi({ description: 'Last given a later end.' }),
    hid: z.int().openapi({ description: 'How many alerts it hides that were last seen in the last 30 days.' }),
    confirmed: z.array(z.int()).openapi({
      description: 'Confirmed alerts that it would hide: without an override it hides none of their rules.',
    }),
    override: z.object({ by: z.string(), reason: z.string() }).nullable(),
    /** `file`: it is edited there. */
    kept: z.enum(['file', 'store']),
    place: z.string(),
  })
  .openapi('Exception');

/** What not to be told of. */
export function exceptionRoutes({ exceptions, clock }: Pick<Parts, 'exceptions' | 'clock'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/exceptions',
        name: 'listExceptions',
        summary: 'Exceptions, those of the file and those made here.',
        needs: 'read',
        answer: z.object({ exceptions: z.array(exception) }),
      },
      async () => ({ exceptions: (await exceptions.list()).map(record) }),
    ),
    route(
      {
        method: 'post',
        path: '/api/exceptions/propose',
        name: 'proposeExceptions',
        summary: 'For an alert that is normal here: exceptions from narrow to wide, with what each would hide.',
        needs: 'write',
        body: z.strictObject({ alert: z.int().min(1) }),
        answer: z.object({
          none: z.string().openapi({ description: 'Why nothing is proposed; empty where something is.' }),
          proposals: z.array(
            z.object({
              draft: z.object({
                name: z.string(),
                rules: z.array(z.string()).nullable(),
                when: z.string(),
                expires: moment,
              }),
              why: z.string(),
              preview,
            }),
          ),
        }),
      },
      async ({ body }) => {
        const { none, proposals } = await exceptions.propose(body.alert);
        return {
          none,
          proposals: proposals.map(({ draft, why, preview: shown }) => ({
            draft: {
              name: draft.name,
              rules: draft.rules === null ? null : [...draft.rules],
              when: draft.when,
              expires: told(draft.expires),
            },
            why,
            preview: previewRecord(shown),
          })),
        };
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/exceptions/preview',
        name: 'previewException',
        summary: 'What a condition would hide of the alerts there are.',
        needs: 'write',
        body: z.strictObject({ rules, when, alert }),
        answer: preview,
      },
      async ({ body }) => previewRecord(await exceptions.preview(body)),
    ),
    route(
      {
        method: 'post',
        path: '/api/exceptions',
        name: 'createException',
        summary:
          'Make an exception. One that would hide a confirmed case is refused, unless an administrator says why.',
        needs: 'write',
        body: z.strictObject({
          name: text,
          rules,
          when,
          owner: text,
          reason: text,
          expires: givenMoment,
          override: text.optional(),
          alert,
        }),
        answer: exception,
        status: 201,
      },
      async ({ body: { override, ...draft }, who }) => {
        if (override !== undefined) mayOverride(who);
        const act = { actor: who.name, at: clock.now() };
        return record(await exceptions.create({ ...draft, ...(override === undefined ? {} : { override }) }, act));
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/exceptions/{id}/renew',
        name: 'renewException',
        summary: 'Give an exception a later end. It is held to the same as a new one, and refused as one.',
        needs: 'write',
        params: z.strictObject({ id: z.string().min(1).max(200) }),
        body: z.strictObject({ expires: givenMoment, reason: text, override: text.optional() }),
        answer: exception,
      },
      async ({ params: { id }, body: { override, ...renewal }, who }) => {
        if (override !== undefined) mayOverride(who);
        const act = { actor: who.name, at: clock.now() };
        return record(await exceptions.renew(id, { ...renewal, ...(override !== undefined && { override }) }, act));
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/exceptions/{id}/end',
        name: 'endException',
        summary: 'End an exception before its time: what it hid is shown again.',
        needs: 'write',
        params: z.strictObject({ id: z.string().min(1).max(200) }),
        body: z.strictObject({ reason: text }),
        answer: exception,
      },
      async ({ params: { id }, body, who }) =>
        record(await exceptions.end(id, body.reason, { actor: who.name, at: clock.now() })),
    ),
  ];
}

function mayOverride({ scopes }: Principal): void {
  if (scopes.has('admin')) return;
  throw new RequestError(
    403,
    'NOT_ALLOWED',
    'body.override',
    'only an administrator lets an exception hide a confirmed case',
    'Narrow the condition, or ask an administrator.',
  );
}

function record({
  id,
  name,
  rules: of,
  when: condition,
  owner,
  reason,
  override,
  kept,
  place,
  by,
  hid,
  confirmed,
  ended,
  renewed,
  ...times
}: ExceptionInfo): z.input<typeof exception> {
  return {
    ...{ id, name, when: condition, owner, reason, override, kept, place, by, hid },
    confirmed: [...confirmed],
    rules: of === null ? null : [...of],
    created: told(times.created),
    expires: told(times.expires),
    ended: ended === null ? null : { ...ended, at: told(ended.at) },
    renewed: renewed === null ? null : { ...renewed, at: told(renewed.at) },
  };
}

function previewRecord({ since, hides, confirmed, ...rest }: ExceptionPreview): z.input<typeof preview> {
  return masked({
    ...rest,
    since: told(since),
    hides: hides.map(({ id, state, verdict, finding }) => ({
      ...{ id, state, verdict, title: finding.title, severity: finding.severity, lastSeen: told(finding.lastSeen) },
    })),
    confirmed: [...confirmed],
  });
}
