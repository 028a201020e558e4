import { compile, type Diagnostic, planToSql, Refusal } from '@weir/kql';
import { pluginNames } from '../../packages/kql/src/lower/plugins/index.ts';
import { callsOf, external, operators, plugins, schema, whole, written } from './attempts.ts';
import { type BuiltIn, builtIns } from './builtIns.ts';

/** What became of an attempt in one dialect. */
type Fate = 'yes' | 'constants only' | 'partly' | 'no';

export interface Line {
  readonly name: string;
  readonly duckdb: Fate;
  readonly clickhouse: Fate;
  /** Why a call is refused, and what to write instead. */
  readonly note: string;
  /** It is refused whatever it is given. */
  readonly isRefused: boolean;
}

export interface Support {
  readonly operators: readonly Line[];
  readonly plugins: readonly Line[];
  readonly aggregates: readonly Line[];
  readonly functions: readonly Line[];
}

const dialects = ['duckdb', 'clickhouse'] as const;

/** What the compiler takes, found by compiling a query for each operator and a call for each signature. */
export function support(): Support {
  const { functions, aggregates, plugins: names } = builtIns();
  return {
    operators: Object.entries(operators).map(([name, query]) => lineOf(name, [attempt(query)], [])),
    plugins: names.map((name) => ({
      ...lineOf(name, [attempt(plugins[name] ?? `T | evaluate ${name}()`)], []),
      isRefused: !pluginNames.includes(name),
    })),
    aggregates: aggregates.map((item) => ofCalls(item, (call) => `T | summarize x = ${call}`)),
    functions: functions.map((item) => ofCalls(item, (call) => `T | sort by a_long asc | extend x = ${call}`)),
  };
}

function ofCalls(item: BuiltIn, query: (call: string) => string): Line {
  const asWhole = whole[item.name];
  if (asWhole !== undefined) return lineOf(item.name, [attempt(asWhole)], []);
  const { columns, constants } = written[item.name] ?? callsOf(item);
  const [over, of] = [columns, constants].map((calls) =>
    calls.map((call) => attempt(query(call))).filter((made) => made.bound),
  );
  return lineOf(item.name, over ?? [], of ?? []);
}

interface Attempt {
  /** The binder takes it. */
  readonly bound: boolean;
  readonly compiled: Readonly<Record<(typeof dialects)[number], boolean>>;
  readonly refusal: Pick<Diagnostic, 'code' | 'message' | 'advice'> | undefined;
}

function attempt(query: string): Attempt {
  const { sql, plan, diagnostics } = compile(query, { schema, dialect: 'duckdb', external });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  const bound = error === undefined || error.code.startsWith('WK');
  return {
    bound,
    compiled: { duckdb: sql !== undefined, clickhouse: plan !== undefined && renders(plan) },
    refusal: error,
  };
}

function renders(plan: Parameters<typeof planToSql>[0]): boolean {
  try {
    planToSql(plan, { dialect: 'clickhouse' });
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function lineOf(name: string, over: readonly Attempt[], of: readonly Attempt[]): Line {
  const [duckdb, clickhouse] = dialects.map((dialect): Fate => {
    const compiled = over.filter((item) => item.compiled[dialect]).length;
    if (compiled > 0) return compiled === over.length ? 'yes' : 'partly';
    return of.some((item) => item.compiled[dialect]) ? 'constants only' : 'no';
  });
  const refusal = [...over, ...of].find((item) => item.refusal !== undefined)?.refusal;
  const tried = [...over, ...of].filter((item) => item.bound);
  const isRefused =
    tried.length > 0 && tried.every(({ compiled, refusal: why }) => !compiled.duckdb && why !== undefined && isOf(why));
  const note = duckdb === 'yes' || refusal === undefined ? '' : told(refusal);
  return { name, duckdb: duckdb ?? 'no', clickhouse: clickhouse ?? 'no', note, isRefused };
}

/** Whether a refusal is of the function, and not of what this call gives it. */
function isOf({ code, message }: Pick<Diagnostic, 'code' | 'message'>): boolean {
  return code.startsWith('WK') && /not supported|works offline/.test(message);
}

/** Why, and what to write instead. */
function told({ message, advice }: Pick<Diagnostic, 'message' | 'advice'>): string {
  const why = /[.!?]$/.test(message) ? message : `${message}.`;
  return advice === undefined ? why : `${why} ${advice}`;
}
