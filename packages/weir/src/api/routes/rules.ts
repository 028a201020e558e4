import { z } from '@hono/zod-openapi';
import { severities } from '../../model/finding.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { GapInfo, Parts, RuleDetail, RuleInfo } from '../parts.ts';
import { moment, paging, seconds, told, toldOrNull } from '../shapes.ts';
import { verdicts } from './alertShapes.ts';

const texts = z.array(z.string());
const params = z.strictObject({ id: z.string().min(1).max(200) });

const rule = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.string(),
    description: z.string(),
    severity: z.enum(severities),
    status: z.enum(['experimental', 'stable']),
    tactics: texts,
    techniques: texts,
    /** Seconds; null: it has no schedule of its own. */
    schedule: z.object({ frequency: z.number(), period: z.number() }).nullable(),
    copy: z
      .object({
        outdated: z.boolean().openapi({
          description: 'Weir ships another text by now than when the copy was made, or was last held against it.',
        }),
      })
      .nullable()
      .openapi({ description: 'It is a copy of a rule that ships with Weir; null: it is none.' }),
    /** Who stopped it, when and why; null: it runs. */
    stopped: z.object({ by: z.string(), at: moment, reason: z.string() }).nullable(),
    health: z.object({
      state: z.enum(['ok', 'degraded', 'failed']),
      reason: z.string(),
      lastRun: moment.nullable(),
      lastTick: moment.nullable(),
      /** Seconds. */
      took: z.number().nullable(),
      method: z.string(),
      gaps: z.int(),
    }),
    alerts: z.object({
      /** Opened in each of the last twelve weeks up to the present, the latest last. */
      weeks: z.array(z.int()),
      open: z.int(),
      verdicts: z.record(z.enum(verdicts), z.int()),
    }),
  })
  .openapi('Rule');

const detail = rule.extend({ query: z.string(), falsePositives: texts, needs: texts }).openapi('RuleDetail');

const gap = z
  .object({
    id: z.int(),
    rule: z.string(),
    first: moment,
    last: moment,
    reason: z.string(),
    detail: z.string(),
    opened: moment,
    closed: moment.nullable(),
  })
  .openapi('Gap');

/** Rules, how they do, what they did not look at, and what they cover. */
export function ruleRoutes({ rules, clock }: Pick<Parts, 'rules' | 'clock'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/rules',
        name: 'listRules',
        summary: 'All rules and how they do.',
        needs: 'read',
        answer: z.object({ rules: z.array(rule) }),
        passive: true,
      },
      () => ({ rules: rules.list().map(ruleRecord) }),
    ),
    route(
      {
        method: 'get',
        path: '/api/rules/{id}',
        name: 'getRule',
        summary: 'One rule with its query.',
        needs: 'read',
        params,
        answer: detail,
      },
      ({ params: { id } }) => detailRecord(rules.get(id)),
    ),
    route(
      {
        method: 'patch',
        path: '/api/rules/{id}',
        name: 'setRule',
        summary:
          'Start or stop a rule, with the reason for the trail. Started again, it looks at the time that it missed, too.',
        needs: 'write',
        params,
        body: z.strictObject({ enabled: z.boolean(), reason: z.string().trim().min(3).max(2_000) }),
        answer: rule,
      },
      ({ params: { id }, body, who }) => ruleRecord(rules.set(id, body, { actor: who.name, at: clock.now() })),
    ),
    route(
      {
        method: 'get',
        path: '/api/gaps',
        name: 'listGaps',
        summary: 'Time that a rule should have looked at and did not, the latest first.',
        needs: 'read',
        query: z.strictObject({
          rule: z.string().min(1).max(200).optional(),
          open: z.enum(['true', 'false']).optional(),
          ...paging,
        }),
        answer: z.object({ gaps: z.array(gap), next: z.string().nullable() }),
        passive: true,
      },
      ({ query: { rule: of, open, limit, cursor } }) => {
        const found = rules.gaps({
          ...(of === undefined ? {} : { rule: of }),
          ...(open === undefined ? {} : { open: open === 'true' }),
          ...(cursor === undefined ? {} : { before: numberOf(cursor) }),
          limit: limit + 1,
        });
        const page = found.slice(0, limit);
        const last = found.length > limit ? page.at(-1) : undefined;
        return { gaps: page.map(gapRecord), next: last === undefined ? null : String(last.id) };
      },
    ),
  ];
}

/** A cursor that is the number of the last entry.
 *  @throws RequestError `CURSOR_INVALID` */
function numberOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new RequestError(
    400,
    'CURSOR_INVALID',
    'query.cursor',
    'this is no cursor of this list',
    'Take next of the page before.',
  );
}

function ruleRecord({ copy, stopped, schedule, health, alerts, ...rest }: RuleInfo): z.input<typeof rule> {
  const { id, name, version, description, severity, status, tactics, techniques } = rest;
  return {
    ...{ id, name, version, description, severity, status },
    tactics: [...tactics],
    techniques: [...techniques],
    schedule: schedule === null ? null : { frequency: seconds(schedule.frequency), period: seconds(schedule.period) },
    copy: copy === undefined ? null : { outdated: copy.isOutdated },
    stopped: stopped === undefined ? null : { ...stopped, at: told(stopped.at) },
    alerts: { ...alerts, weeks: [...alerts.weeks] },
    health: {
      ...health,
      lastRun: toldOrNull(health.lastRun),
      lastTick: toldOrNull(health.lastTick),
      took: health.took === null ? null : seconds(health.took),
    },
  };
}

function detailRecord(of: RuleDetail): z.input<typeof detail> {
  const { query, falsePositives, needs } = of;
  return { ...ruleRecord(of), query, falsePositives: [...falsePositives], needs: [...needs] };
}

function gapRecord({ first, last, opened, closed, ...rest }: GapInfo): z.input<typeof gap> {
  return { ...rest, first: told(first), last: told(last), opened: told(opened), closed: toldOrNull(closed) };
}
