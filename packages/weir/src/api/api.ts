import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Route } from './http/route.ts';
import { type HttpOptions, serveRoutes } from './http/serveRoutes.ts';
import type { Parts } from './parts.ts';
import { alertRoutes } from './routes/alerts.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { coverageRoutes } from './routes/coverage.ts';
import { entityRoutes } from './routes/entities.ts';
import { eventRoutes } from './routes/events.ts';
import { exceptionRoutes } from './routes/exceptions.ts';
import { guideRoutes } from './routes/guides.ts';
import { healthRoutes } from './routes/health.ts';
import { huntRoutes } from './routes/hunts.ts';
import { queryRoutes } from './routes/queries.ts';
import { ruleRoutes } from './routes/rules.ts';
import { ruleTextRoutes } from './routes/ruleTexts.ts';
import { sessionRoutes } from './routes/session.ts';
import { sourceRoutes } from './routes/sources.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { trailRoutes } from './routes/trail.ts';
import { undeliveredRoutes } from './routes/undelivered.ts';
import { userRoutes } from './routes/users.ts';
import { viewRoutes } from './routes/views.ts';

/** The service's API as one application, mounted at `/`. */
export function createApi(parts: Parts, options: HttpOptions): OpenAPIHono {
  return serveRoutes(routesOf(parts), parts, options);
}

/** Every route with what it needs of who asks. */
export function routesOf(parts: Parts): Route[] {
  return [
    ...sessionRoutes(parts),
    ...userRoutes(parts),
    ...tokenRoutes(parts),
    ...alertRoutes(parts),
    ...viewRoutes(parts),
    ...guideRoutes(parts),
    ...eventRoutes(parts),
    ...queryRoutes(parts),
    ...huntRoutes(parts),
    ...ruleRoutes(parts),
    ...ruleTextRoutes(parts),
    ...coverageRoutes(parts),
    ...entityRoutes(parts),
    ...exceptionRoutes(parts),
    ...backtestRoutes(parts),
    ...sourceRoutes(parts),
    ...undeliveredRoutes(parts),
    ...trailRoutes(parts),
    ...healthRoutes(parts),
  ];
}
