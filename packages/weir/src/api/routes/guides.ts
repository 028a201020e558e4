import { z } from '@hono/zod-openapi';
import type { Alert } from '../../model/alert.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { integer, moment, told } from '../shapes.ts';
import { answered, keyOf, queryId, queryResult, timedBy } from './queries.ts';

const id = integer({ min: 1 });
const texts = z.array(z.string());
const doneBy = z.object({ by: z.string(), at: moment }).nullable();

const guide = z
  .object({
    means: z.string(),
    blind: texts,
    questions: z.array(
      z.object({
        id: z.string(),
        ask: z.string(),
        kql: z.string(),
        lacks: texts,
        benign: z.string(),
        malicious: z.string(),
        next: z.string(),
      }),
    ),
    playbook: z.array(
      z.object({
        stage: z.string(),
        steps: z.array(
          z.object({ step: z.string(), do: z.string(), who: z.string(), record: z.string(), done: doneBy }),
        ),
      }),
    ),
  })
  .openapi('Guide');

const ruleGuide = z
  .object({
    means: z.string(),
    blind: texts,
    /** What they take of a finding stands in double braces. */
    questions: z.array(guide.shape.questions.element.omit({ lacks: true })),
    playbook: z.array(
      z.object({
        stage: z.string(),
        steps: z.array(z.object({ do: z.string(), who: z.string(), record: z.string() })),
      }),
    ),
  })
  .openapi('RuleGuide');

/** What to ask and to do about an alert. */
export function guideRoutes(parts: Pick<Parts, 'alerts' | 'guides' | 'metrics' | 'clock'>): Route[] {
  const { alerts, guides, clock } = parts;
  const timed = timedBy(parts);
  const get = (wanted: number): Alert => {
    const found = alerts.get(wanted);
    if (found) return found;
    throw new RequestError(404, 'ALERT_UNKNOWN', `alert ${wanted}`, 'there is no such alert', 'Take one of the list.');
  };
  const guideOf = async (alert: Alert): Promise<z.input<typeof guide>> => {
    const { means, blind, questions, playbook } = await guides.of(alert);
    const done = alerts.steps(alert.id);
    const whoDid = (step: string, does: string) => {
      const act = done.get(step);
      return act?.does === does ? { by: act.actor, at: told(act.at) } : null;
    };
    return {
      means,
      blind: [...blind],
      questions: questions.map((question) => ({ ...question, lacks: [...question.lacks] })),
      playbook: playbook.map(({ stage, steps }) => ({
        stage,
        steps: steps.map((each, index) => {
          const step = `${stage}/${index + 1}`;
          return { step, ...each, done: whoDid(step, each.do) };
        }),
      })),
    };
  };
  return [
    route(
      {
        method: 'get',
        path: '/api/rules/{id}/guide',
        name: 'ruleGuide',
        summary: 'What to ask and to do about what a rule finds.',
        needs: 'read',
        params: z.strictObject({ id: z.string().min(1).max(200) }),
        answer: ruleGuide,
      },
      async ({ params }) => {
        const { means, blind, questions, playbook } = await guides.ofRule(params.id);
        return {
          ...{ means, blind: [...blind], questions: [...questions] },
          playbook: playbook.map(({ stage, steps }) => ({ stage, steps: [...steps] })),
        };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/alerts/{id}/guide',
        name: 'alertGuide',
        summary: "What to ask and to do about an alert, by its rule's guide, and which steps are done.",
        needs: 'read',
        params: z.strictObject({ id }),
        answer: guide,
      },
      ({ params }) => guideOf(get(params.id)),
    ),
    route(
      {
        method: 'post',
        path: '/api/alerts/{id}/questions/{question}',
        name: 'askQuestion',
        summary:
          'Ask the lake a question of the guide. It ends when the connection is closed, or is cancelled by its id.',
        needs: 'read',
        params: z.strictObject({ id, question: z.string().min(1).max(100) }),
        body: z.strictObject({ id: queryId }),
        answer: queryResult.extend({
          /** No rows say nothing where a table has none of the device, or none at all. */
          empty: z.array(z.object({ table: z.string(), ofDevice: z.boolean() })),
        }),
      },
      async ({ params, body, who, signal, context }) => {
        const alert = get(params.id);
        const asking = { id: keyOf(who, body.id), who: who.name };
        const { empty, ...answer } = await timed(() => guides.ask(alert, params.question, asking, signal));
        return answered(context, answer, { empty });
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/alerts/{id}/steps',
        name: 'doStep',
        summary: 'Write down that a step of the playbook was done, or take it back.',
        needs: 'write',
        params: z.strictObject({ id }),
        body: z.strictObject({ step: z.string().min(1).max(100), done: z.boolean() }),
        answer: guide,
      },
      async ({ params, body: { step, done }, who }) => {
        const alert = get(params.id);
        const { playbook } = await guideOf(alert);
        const found = playbook.flatMap(({ steps }) => steps).find((each) => each.step === step);
        if (found === undefined)
          throw new RequestError(404, 'STEP_UNKNOWN', step, 'the playbook has no such step', 'Take one of the guide.');
        if ((found.done !== null) !== done)
          alerts.step(alert.id, { step, done, does: found.do }, { actor: who.name, at: clock.now() });
        return guideOf(alert);
      },
    ),
  ];
}
