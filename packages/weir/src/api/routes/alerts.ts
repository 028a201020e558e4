import { z } from '@hono/zod-openapi';
import type { Alert, AlertChange, Changed } from '../../model/alert.ts';
import { entityKinds } from '../../model/alert.ts';
import { severities } from '../../model/finding.ts';
import { jsonText } from '../../report/harmless.ts';
import { masked } from '../../report/presentable.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { defined, integer, paging, told } from '../shapes.ts';
import { filterOf, filterQuery } from './alertFilter.ts';
import { alert, alertRecord, states, trailEntry, trailRecord, verdicts } from './alertShapes.ts';

const id = integer({ min: 1 });
const params = z.strictObject({ id });
const version = z.int().min(1);
const comment = z.string().trim().min(1).max(10_000);
const tags = z.array(z.string().trim().min(1).max(50)).max(20);

const changeFields = {
  state: z.enum(['new', 'in-progress', 'closed']).optional(),
  verdict: z.enum(verdicts).optional(),
  assignee: z.string().min(1).max(64).nullable().optional(),
  comment: comment.optional(),
  addTags: tags.optional(),
  removeTags: tags.optional(),
};

const evidence = z
  .object({
    /** How many rows the finding has; those kept may be fewer. */
    count: z.int(),
    eventIds: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.unknown())),
  })
  .openapi('Evidence');

const outcome = z.object({
  id: z.int(),
  outcome: z.enum(['changed', 'stale', 'refused']),
  alert: alert.optional(),
  since: z.array(trailEntry).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  advice: z.string().optional(),
});

const counts = <Key extends string>(keys: readonly Key[]) => z.record(z.enum(keys), z.int());

/** Alerts: what a person works on. */
export function alertRoutes({ alerts, access, clock }: Pick<Parts, 'alerts' | 'access' | 'clock'>): Route[] {
  const get = (wanted: number): Alert => {
    const found = alerts.get(wanted);
    if (found) return found;
    throw new RequestError(
      404,
      'ALERT_UNKNOWN',
      `alert ${wanted}`,
      'there is no such alert',
      'Take a number from the list.',
    );
  };
  const act = (who: { readonly name: string }) => ({ actor: who.name, at: clock.now() });
  const change = ({ assignee, ...rest }: AlertChange): AlertChange => {
    if (typeof assignee !== 'string') return { ...rest, ...(assignee === undefined ? {} : { assignee }) };
    return { ...rest, assignee: access.users.get(assignee).name };
  };
  const evidenceOf = (wanted: number): z.input<typeof evidence> => {
    get(wanted);
    const kept = masked(alerts.evidence(wanted));
    if (kept === undefined) throw new Error(`alert ${wanted} has no evidence`);
    return { count: kept.count, eventIds: [...kept.eventIds], rows: kept.rows.map((row) => ({ ...row })) };
  };
  return [
    route(
      {
        method: 'get',
        path: '/api/alerts',
        name: 'listAlerts',
        summary: 'Alerts by a filter, a page at a time.',
        needs: 'read',
        query: z.strictObject({
          ...filterQuery,
          order: z.enum(['priority', 'newest', 'last-seen']).default('priority'),
          ...paging,
        }),
        answer: z.object({ alerts: z.array(alert), next: z.string().nullable() }),
        passive: true,
      },
      ({ query: { order, limit, cursor, ...filter } }) => {
        const page = alerts.list(filterOf(filter), { order, limit, ...(cursor === undefined ? {} : { cursor }) });
        return { alerts: page.alerts.map(alertRecord), next: page.next };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/counts',
        name: 'countAlerts',
        summary: 'How many alerts a filter has, by state, severity and verdict.',
        needs: 'read',
        query: z.strictObject(filterQuery),
        answer: z.object({
          total: z.int(),
          states: counts(states),
          severities: counts(severities),
          verdicts: counts(verdicts),
          hidden: z.int(),
        }),
        passive: true,
      },
      ({ query }) => alerts.counts(filterOf(query)),
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/{id}',
        name: 'getAlert',
        summary: 'One alert.',
        needs: 'read',
        params,
        answer: alert,
      },
      ({ params: { id: wanted } }) => alertRecord(get(wanted)),
    ),
    route(
      {
        method: 'patch',
        path: '/api/alerts/{id}',
        name: 'changeAlert',
        summary: 'Change state, verdict, assignee or tags, or comment. 409 where somebody was faster.',
        needs: 'write',
        params,
        body: z.strictObject({ version: version.optional(), ...changeFields }),
        answer: alert,
      },
      ({ params: { id: wanted }, body: { version: seen, ...asked }, who }) => {
        get(wanted);
        const target = { id: wanted, ...(seen === undefined ? {} : { version: seen }) };
        const [changed] = alerts.change([target], change(defined(asked)), act(who));
        if (changed === undefined) throw new Error('a change without an outcome');
        return alertRecord(changedOf(changed));
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/alerts/{id}/comments',
        name: 'commentAlert',
        summary: 'Comment an alert.',
        needs: 'write',
        params,
        body: z.strictObject({ comment }),
        answer: alert,
      },
      ({ params: { id: wanted }, body, who }) => {
        get(wanted);
        const [changed] = alerts.change([{ id: wanted }], { comment: body.comment }, act(who));
        if (changed === undefined) throw new Error('a comment without an outcome');
        return alertRecord(changedOf(changed));
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/alerts/bulk',
        name: 'changeAlerts',
        summary: 'Do the same to many alerts; each is changed or told why not.',
        needs: 'write',
        body: z.strictObject({
          targets: z
            .array(z.strictObject({ id: z.int().min(1), version: version.optional() }))
            .min(1)
            .max(500),
          change: z.strictObject(changeFields),
        }),
        answer: z.object({ results: z.array(outcome) }),
      },
      ({ body, who }) => ({
        results: alerts.change(body.targets.map(defined), change(defined(body.change)), act(who)).map(outcomeRecord),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/{id}/evidence',
        name: 'alertEvidence',
        summary: 'The rows that bear an alert out, as they were kept with it.',
        needs: 'read',
        params,
        answer: evidence,
      },
      ({ params: { id: wanted } }) => evidenceOf(wanted),
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/{id}/related',
        name: 'relatedAlerts',
        summary: 'Alerts that share a device, an account, a program, a service or a destination.',
        needs: 'read',
        params,
        query: z.strictObject({ limit: paging.limit }),
        answer: z.object({
          related: z.array(
            z.object({ alert, shared: z.array(z.object({ kind: z.enum(entityKinds), value: z.string() })) }),
          ),
        }),
      },
      ({ params: { id: wanted }, query: { limit } }) => {
        get(wanted);
        return {
          related: alerts.related(wanted, limit).map((one) => ({
            alert: alertRecord(one.alert),
            shared: masked(one.shared).map((entity) => ({ ...entity })),
          })),
        };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/{id}/trail',
        name: 'alertTrail',
        summary: 'All that happened to an alert, in order.',
        needs: 'read',
        params,
        query: z.strictObject({
          after: integer().default(0),
          limit: paging.limit,
        }),
        answer: z.object({ entries: z.array(trailEntry) }),
      },
      ({ params: { id: wanted }, query }) => {
        get(wanted);
        return { entries: alerts.trail(wanted, query).map(trailRecord) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/{id}/export',
        name: 'exportAlert',
        summary: 'An alert with its evidence and its trail, as a file for a case.',
        needs: 'read',
        params,
        answer: z.object({ exported: z.string(), alert, evidence, trail: z.array(trailEntry) }),
      },
      ({ params: { id: wanted }, context }) => {
        const file = {
          exported: told(clock.now()),
          alert: alertRecord(get(wanted)),
          evidence: evidenceOf(wanted),
          trail: alerts.trail(wanted, { limit: 100_000 }).map(trailRecord),
        };
        return context.body(jsonText(file, 2), 200, {
          'content-type': 'application/json',
          'content-disposition': `attachment; filename="weir-alert-${wanted}.json"`,
        });
      },
    ),
  ];
}

function changedOf(changed: Changed): Alert {
  if (changed.outcome === 'changed') return changed.alert;
  if (changed.outcome === 'refused')
    throw new RequestError(422, changed.code, `alert ${changed.id}`, changed.message, changed.advice);
  throw new RequestError(
    409,
    'ALERT_STALE',
    'body.version',
    `the alert was changed meanwhile; it is at version ${changed.alert.version}`,
    'Look at what happened, and change it with its present version.',
    changed.since.map(({ actor, action, at, id: entry }) => ({
      code: action,
      place: `trail ${entry}`,
      message: `${actor}, ${told(at)}`,
    })),
  );
}

function outcomeRecord(changed: Changed): z.input<typeof outcome> {
  if (changed.outcome === 'refused') return changed;
  const record = { id: changed.id, outcome: changed.outcome, alert: alertRecord(changed.alert) };
  return changed.outcome === 'stale' ? { ...record, since: changed.since.map(trailRecord) } : record;
}
