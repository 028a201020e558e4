import { Hono } from 'hono';
import type { Bindings, HttpDoorOptions } from './context.ts';
import { elasticDoor } from './elastic/door.ts';
import { hecDoor } from './hec/door.ts';
import { ingestDoor } from './ingest.ts';
import { otlpDoor } from './otlp/door.ts';

/** Every way in over HTTP, to be mounted at `/`: `/ingest/{source}`, Splunk's collector, Elasticsearch's `_bulk` and OTLP's
 *  `/v1/logs`. Needs Node's own requests, as `@hono/node-server`
 *  hands them on. */
export function httpDoors(options: HttpDoorOptions): Hono<Bindings> {
  return new Hono<Bindings>()
    .route('/', ingestDoor(options))
    .route('/', hecDoor(options))
    .route('/', otlpDoor(options))
    .route('/', elasticDoor(options));
}
