import { flushCompileCache } from 'node:module';
import { compile } from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import { Engine } from '../../engine/engine.ts';
import { schemaWith } from '../../tables/watchlists.ts';
import { ask } from './ask.ts';
import type { Asked, Asking, Beginning, Told } from './protocol.ts';

// A process of its own, which can be killed whatever its engine is in the middle of. It opens no store and no port: it gets
// the statements that show the tables, and gives rows back.

interface Begun {
  readonly engine: Engine;
  readonly schema: Schema;
  /** The moment whose tables the engine shows. */
  shown: bigint | undefined;
}

let begun: Begun | undefined;
// Messages are worked on in turn.
let last: Promise<unknown> = Promise.resolve();

process.on('message', (asked: Asked) => {
  last = last.then(async () => {
    const told = await respond(asked).catch(
      (error: unknown): Told => ({
        kind: 'bug',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    process.send?.(told);
  });
});

async function respond(asked: Asked): Promise<Told> {
  if (asked.kind === 'begin') {
    begun = await begin(asked);
    return { kind: 'ready' };
  }
  if (begun === undefined) throw new Error('asked before it has begun');
  await show(begun, asked);
  return ask(begun.engine, begun.schema, asked);
}

async function begin(beginning: Beginning): Promise<Begun> {
  const engine = await Engine.open(beginning);
  await engine.run(`SET max_temp_directory_size = '${beginning.spillMb}MB'`);
  for (const { sql, parameters } of beginning.prepare) await engine.run(sql, parameters);
  await engine.confine(beginning.directory);
  const schema = schemaWith(beginning.watchlists);
  // The first query takes a second of loading the parser: better now than when somebody waits.
  compile('DeviceNetworkEvents | where Timestamp > ago(1d) | summarize sum(BytesSent) by Service | top 5 by Service', {
    schema,
    dialect: 'duckdb',
  });
  // It is killed in the end, and what Node keeps at a process's end would be lost.
  flushCompileCache();
  return { engine, schema, shown: undefined };
}

async function show(at: Begun, { tables }: Asking): Promise<void> {
  if (tables === undefined || tables.seq === at.shown) return;
  at.shown = undefined;
  for (const { sql, parameters } of tables.show) await at.engine.run(sql, parameters);
  at.shown = tables.seq;
}
