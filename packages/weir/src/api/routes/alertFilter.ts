import { z } from '@hono/zod-openapi';
import { type AlertFilter, entityKinds } from '../../model/alert.ts';
import { severities } from '../../model/finding.ts';
import { RequestError } from '../http/problem.ts';
import { givenMoment } from '../shapes.ts';
import { states, verdicts } from './alertShapes.ts';

const word = z.string().min(1).max(500);

/** How alerts are chosen, as a URL says it. */
export const filterQuery = {
  /** Several may be given; none: new and in-progress. */
  state: z.array(z.enum(states)).optional(),
  verdict: z.array(z.enum(verdicts)).optional(),
  severity: z.array(z.enum(severities)).optional(),
  rule: z.array(word).optional(),
  /** `none`: nobody's. */
  assignee: word.optional(),
  tag: word.optional(),
  entityKind: z.enum(entityKinds).optional(),
  entity: word.optional(),
  text: word.optional(),
  from: givenMoment.optional(),
  until: givenMoment.optional(),
  hidden: z.enum(['with', 'only']).optional(),
  /** The id of an exception that hides it; give hidden with it. */
  exception: word.optional(),
  canaries: z.enum(['with', 'only']).optional(),
};

const query = z.object(filterQuery);

export function filterOf(asked: z.output<typeof query>): AlertFilter {
  const {
    state,
    verdict,
    severity,
    rule,
    assignee,
    tag,
    entityKind,
    entity,
    text,
    from,
    until,
    hidden,
    exception,
    canaries,
  } = asked;
  if ((entityKind === undefined) !== (entity === undefined))
    throw new RequestError(
      400,
      'REQUEST_INVALID',
      entity === undefined ? 'query.entity' : 'query.entityKind',
      'an entity is told by its kind and its value',
      'Give entityKind and entity together.',
    );
  return {
    ...(state && { states: state }),
    ...(verdict && { verdicts: verdict }),
    ...(severity && { severities: severity }),
    ...(rule && { rules: rule }),
    ...(assignee !== undefined && { assignee: assignee === 'none' ? null : assignee.toLowerCase() }),
    ...(tag !== undefined && { tag }),
    ...(entityKind !== undefined && entity !== undefined && { entity: { kind: entityKind, value: entity } }),
    ...(text !== undefined && { text }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(hidden && { hidden }),
    ...(exception !== undefined && { exception }),
    ...(canaries && { canaries }),
  };
}
