import { basename } from 'node:path';
import { Engine } from '../../../packages/weir/src/engine/engine.ts';

/** Engines that are let go of and hold nothing, to be opened again: making one takes as long as a hundred turns. */
const spare: Engine[] = [];
const spareMost = 8;
/** What ran in an engine since it was opened: nothing; what `emptied` can undo; more. */
const state = new WeakMap<Engine, 'untouched' | 'used' | 'spoilt'>();
/** Statements whose traces stay: settings, files that stand open, types. */
const lasting = /\b(?:SET|ATTACH|TYPE|MACRO|LOAD)\b/;
let held: Held = { engines: [] };
const owners = new WeakMap<Engine, { readonly held: Held; readonly part: string }>();
const open = Engine.open;
const close = Engine.prototype.close;

/** Whose engines they are. */
export interface Held {
  /** Those that are open. */
  readonly engines: Engine[];
  /** Asked before each statement of a part of the service, as its folder for what spills is named: may throw, or wait. */
  readonly before?: (part: string) => Promise<void> | undefined;
}

/** Engines that are opened from here on belong to this life: whoever ends it can let go of them. */
export function holdEngines(there: Held): void {
  held = there;
}

// One thread, so that rows come in the same order each time.
Engine.open = async (limits) => {
  const engine = spare.pop() ?? (await open.call(Engine, { ...limits, memoryMb: 500, threads: 1 }));
  if (state.get(engine) === 'used') await emptied(engine);
  state.set(engine, 'untouched');
  const { engines } = held;
  engines.push(engine);
  owners.set(engine, { held, part: basename(limits.spillDirectory) });
  engine.close = () => {
    const at = engines.indexOf(engine);
    if (at < 0) return;
    engines.splice(at, 1);
    owners.delete(engine);
    if (state.get(engine) === 'spoilt' || spare.length >= spareMost) close.call(engine);
    else spare.push(engine);
  };
  return engine;
};

for (const method of ['run', 'rows', 'table'] as const) {
  const was = Engine.prototype[method] as (sql: string, ...more: unknown[]) => unknown;
  const watched = async function (this: Engine, sql: string, ...more: unknown[]) {
    const owner = owners.get(this);
    const wait = owner?.held.before?.(owner.part);
    if (wait !== undefined) await wait;
    if (state.get(this) !== 'spoilt') state.set(this, lasting.test(sql) ? 'spoilt' : 'used');
    return was.call(this, sql, ...more);
  };
  Object.assign(Engine.prototype, { [method]: watched });
}
const { stop, stream } = Engine.prototype;
Engine.prototype.stop = function () {
  state.set(this, 'spoilt');
  stop.call(this);
};
Engine.prototype.stream = function (...given) {
  state.set(this, 'spoilt');
  return stream.apply(this, given);
};

async function emptied(engine: Engine): Promise<void> {
  const made = await engine.rows<{ sql: string }>(`
    SELECT 'DROP VIEW IF EXISTS ' || database_name || '.main."' || view_name || '"' AS sql FROM duckdb_views() WHERE NOT internal
    UNION ALL SELECT 'DROP TABLE IF EXISTS ' || database_name || '.main."' || table_name || '"' FROM duckdb_tables() WHERE NOT internal`);
  if (made.length > 0) await engine.run(made.map(({ sql }) => sql).join('; '));
}
