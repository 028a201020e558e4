import { Hono } from 'hono';
import { type Bindings, type HttpDoorOptions, isBrokenOff } from './context.ts';
import { elasticDoor } from './elastic/door.ts';
import { hecDoor } from './hec/door.ts';
import { ingestDoor } from './ingest.ts';
import { otlpDoor } from './otlp/door.ts';
import { problem } from './problem.ts';

/** Every way in over HTTP, to be mounted at `/`: `/ingest/{source}`, Splunk's collector, Elasticsearch's `_bulk` and OTLP's
 *  `/v1/logs`. Needs Node's own requests, as `@hono/node-server`
 *  hands them on. */
export function httpDoors(options: HttpDoorOptions): Hono<Bindings> {
  const doors = new Hono<Bindings>()
    .route('/', ingestDoor(options))
    .route('/', hecDoor(options))
    .route('/', otlpDoor(options))
    .route('/', elasticDoor(options));
  doors.onError((error, context) => {
    if (isBrokenOff(error)) return problem(context, 400, 'Broken off', 'The body broke off; send it again.');
    options.onBug(error);
    return problem(context, 500, 'A defect of Weir', 'Nothing is known to be taken; the log of the service says more.');
  });
  return doors;
}
