import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { constant, typeNames } from './sql/duckdb/constant.ts';
import { identifier } from './sql/quote.ts';
import type { Column, Constant, KqlType, Schema } from './types.ts';

/** A small table with every type that queries meet, nulls and empty texts included. `m` is a moment of the row's own. */
export const eventsSchema: Schema = {
  tables: {
    E: [
      { name: 'id', type: 'string' },
      { name: 't', type: 'datetime' },
      { name: 'm', type: 'datetime' },
      { name: 'k', type: 'string' },
      { name: 'n', type: 'long' },
      { name: 'i', type: 'int' },
      { name: 'b', type: 'bool' },
    ],
  },
};

/** 2026-01-01T00:00:00Z in ticks. */
export const newYear = 639_028_224_000_000_000n;
const hour = 36_000_000_000n;

type Row = readonly Constant[];

/** Up to a dozen rows with ids of their own. */
export const eventRows: fc.Arbitrary<readonly Row[]> = fc
  .array(
    fc.tuple(
      fc.option(
        fc.bigInt(0n, 8n).map((hours) => newYear + hours * hour),
        { nil: null, freq: 8 },
      ),
      fc.bigInt(0n, 2n).map((step) => newYear + (4n + step) * hour),
      fc.constantFrom('', 'mega.nz', 'api.mega.nz', 'File.IO', 'megabyte', "o'neil \\ _%"),
      fc.option(fc.bigInt(-3n, 3n), { nil: null, freq: 4 }),
      fc.option(fc.bigInt(0n, 3n), { nil: null, freq: 4 }),
      fc.option(fc.boolean(), { nil: null, freq: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((rows) => rows.map((row, index) => [`id${index}`, ...row]));

/** Makes `E` anew with these rows. */
export async function fillEvents(engine: DuckDBConnection, rows: readonly Row[]): Promise<void> {
  const columns = eventsSchema.tables.E ?? [];
  const list = columns.map(({ name, type }) => `${identifier(name)} ${typeNames[type]}`);
  await engine.run(`CREATE OR REPLACE TABLE E (${list.join(', ')})`);
  if (rows.length === 0) return;
  const values = rows.map(
    (row) => `(${row.map((value, index) => constant(value, columns[index]?.type ?? 'string')).join(', ')})`,
  );
  await engine.run(`INSERT INTO E VALUES ${values.join(', ')}`);
}

/** A stream of choices; it starts again where it ends. */
class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  of<T>(items: readonly [T, ...T[]]): T {
    const number = this.#numbers[this.#next++ % this.#numbers.length] ?? 0;
    return items[number % items.length] ?? items[0];
  }
}

export interface QueryKind {
  /** Rows are chosen one by one: no grouping, no join, no limit. */
  readonly rowWise?: boolean;
  /** No row asks about other rows without taking them in (semi and anti joins). */
  readonly traceable?: boolean;
}

/** Queries over `E` that Weir compiles. */
export function queries(kind: QueryKind = {}): fc.Arbitrary<string> {
  return fc.array(fc.nat(1000), { minLength: 8, maxLength: 40 }).map((numbers) => {
    const choices = new Choices(numbers);
    let columns: readonly Column[] = eventsSchema.tables.E ?? [];
    let text = kind.rowWise === true ? 'E' : choices.of(['E', `union (E | where ${predicate(columns, choices)}), (E)`]);
    const count = choices.of([1, 2, 3, 4]);
    for (let number = 0; number < count; number++) {
      const others =
        kind.rowWise === true ? [] : meeting.filter((step) => kind.traceable !== true || mayFollow(step, text));
      const step = choices.of<Step>([where, extend, project, ...oneByOne, ...others]);
      const made = step(columns, choices, `x${number}`, kind);
      text += `\n| ${made.text}`;
      columns = made.columns;
    }
    return text;
  });
}

/** May rows be traced through this step? A limit over rows of which several have one id cuts between them, and a
 *  neighbour is another once its own neighbours are gone: then a row does not follow from its ids. */
function mayFollow(step: Step, text: string): boolean {
  if (step === scan || step === numbering || /prev\(|next\(/.test(text)) return false;
  if (limits.has(step)) return !/union|join|mv-/.test(text);
  return step !== join || !/take|top/.test(text);
}

type Step = (
  columns: readonly Column[],
  choices: Choices,
  fresh: string,
  kind: QueryKind,
) => { readonly text: string; readonly columns: readonly Column[] };

const where: Step = (columns, choices) => ({ text: `where ${predicate(columns, choices)}`, columns });

const extend: Step = (columns, choices, fresh) => {
  const { text, type } = expression(columns, choices);
  return { text: `extend ${fresh} = ${text}`, columns: [...columns, { name: fresh, type }] };
};

const project: Step = (columns, choices, fresh) => {
  const kept = columns.filter((_, index) => index === 0 || choices.of([true, true, false]));
  const { text, type } = expression(columns, choices);
  return {
    text: `project ${[...kept.map(({ name }) => name), `${fresh} = ${text}`].join(', ')}`,
    columns: [...kept, { name: fresh, type }],
  };
};

const summarize: Step = (columns, choices, fresh) => {
  const [group] = [named(columns, 'string', choices) ?? columns[0]?.name ?? ''];
  const number = named(columns, 'long', choices);
  const made: Column[] = [
    { name: group, type: columns.find(({ name }) => name === group)?.type ?? 'string' },
    { name: `${fresh}c`, type: 'long' },
    ...(number === undefined ? [] : ([{ name: `${fresh}s`, type: 'long' }] as const)),
  ];
  const sum = number === undefined ? '' : `, ${fresh}s = sum(${number})`;
  return { text: `summarize ${fresh}c = count()${sum} by ${group}`, columns: made };
};

const distinct: Step = (columns, choices) => {
  const column = columns.find(({ type }) => type === choices.of(['string', 'long', 'bool'])) ?? columns[0];
  return column === undefined
    ? { text: 'where true', columns }
    : { text: `distinct ${column.name}`, columns: [column] };
};

const top: Step = (columns) => ({ text: `${sortByAll(columns)} | take 3`, columns });

/** Rows that are equal in every column may stand in any order. */
function sortByAll(columns: readonly Column[]): string {
  return `sort by ${columns.map(({ name }) => `${name} asc`).join(', ')}`;
}

const join: Step = (columns, choices, fresh, kind) => {
  const key = named(columns, 'string', choices);
  if (key === undefined) return { text: 'where true', columns };
  const flavour = choices.of(
    kind.traceable === true ? ['inner', 'leftouter'] : ['inner', 'leftouter', 'leftsemi', 'leftanti'],
  );
  const side = `(E | where ${predicate(eventsSchema.tables.E ?? [], choices)} | project ${fresh}k = k, ${fresh}n = n)`;
  const added: readonly Column[] = flavour.endsWith('i')
    ? []
    : [
        { name: `${fresh}k`, type: 'string' },
        { name: `${fresh}n`, type: 'long' },
      ];
  return { text: `join kind=${flavour} ${side} on $left.${key} == $right.${fresh}k`, columns: [...columns, ...added] };
};

const parse: Step = (columns, choices, fresh) => {
  const text = named(columns, 'string', choices);
  if (text === undefined) return { text: 'where true', columns };
  const operator = choices.of(['parse', 'parse-where', 'parse kind=relaxed', 'parse kind=regex']);
  const dot = operator.endsWith('regex') ? '[.]' : '.';
  return {
    text: `${operator} ${text} with ${fresh}p "${dot}" ${fresh}q "z" *`,
    columns: [...columns, { name: `${fresh}p`, type: 'string' }, { name: `${fresh}q`, type: 'string' }],
  };
};

/** An array of the row's own, with the name under which its elements are a column. */
function elements(columns: readonly Column[], choices: Choices, fresh: string): { text: string; made: Column } {
  const number = named(columns, 'long', choices) ?? '5';
  const text = choices.of([
    `pack_array(${number}, 2, 1)`,
    'dynamic([])',
    'dynamic([4, 4, null])',
    `range(1, ${number})`,
  ]);
  return { text: `${fresh}e = ${text} to typeof(long)`, made: { name: `${fresh}e`, type: 'long' } };
}

const expand: Step = (columns, choices, fresh) => {
  const { text, made } = elements(columns, choices, fresh);
  return { text: `mv-expand ${text}`, columns: [...columns, made] };
};

const apply: Step = (columns, choices, fresh, kind) => {
  const { text, made } = elements(columns, choices, fresh);
  const { name } = made;
  const one = { name: `${fresh}s`, type: 'long' } as const;
  const [inner, added] = choices.of<readonly [string, readonly Column[]]>([
    [`summarize ${one.name} = sum(${name})`, [one]],
    [`where ${name} > 1 | summarize ${one.name} = count() by ${name}`, [made, one]],
    [`sort by ${name} asc | take 1`, [made]],
    [`top 2 by ${name} asc nulls first | extend ${one.name} = row_number()`, [made, one]],
    [
      `extend ${one.name} = ${kind.traceable === true ? 'row_number(2)' : `row_cumsum(${name}, ${name} > 2)`}`,
      [made, one],
    ],
    [
      `mv-apply ${fresh}f = pack_array(${name}, 3) to typeof(long) on (summarize ${one.name} = max(${fresh}f))`,
      [made, one],
    ],
  ]);
  return { text: `mv-apply ${text} on (${inner})`, columns: [...columns, ...added] };
};

const partition: Step = (columns, choices, fresh) => {
  const key = choices.of(columns as [Column, ...Column[]]);
  const word = named(columns, 'string', choices) ?? key.name;
  const one = { name: `${fresh}s`, type: 'long' } as const;
  const [inner, made] = choices.of<readonly [string, readonly Column[]]>([
    [`summarize ${one.name} = count() by ${key.name}`, [key, one]],
    [`summarize ${one.name} = dcount(${word})`, [one]],
    [`where ${predicate(columns, choices)}`, columns],
    [`extend ${one.name} = strlen(${word})`, [...columns, one]],
  ]);
  return { text: `partition hint.strategy=native by ${key.name} (${inner})`, columns: made };
};

const partitionTop: Step = (columns, choices) => {
  const key = choices.of(columns as [Column, ...Column[]]);
  return { text: `partition by ${key.name} (${sortByAll(columns)} | take 1)`, columns };
};

const makeSeries: Step = (columns, choices, fresh) => {
  const moment = named(columns, 'datetime', choices);
  const key = columns.find(({ type, name }) => type !== 'datetime' && name !== moment);
  if (moment === undefined || key === undefined) return { text: 'where true', columns };
  const bounds = choices.of(['', ' from datetime(2026-01-01) to datetime(2026-01-01 09:00)']);
  return {
    text:
      `make-series ${fresh}c = count() default = ${choices.of(['0', '-1'])} on ${moment}${bounds} step 2h by ${key.name}\n` +
      `| project ${key.name}, ${fresh}c = tostring(${fresh}c), ${fresh}l = array_length(${moment})`,
    columns: [key, { name: `${fresh}c`, type: 'string' }, { name: `${fresh}l`, type: 'long' }],
  };
};

const topNested: Step = (columns, choices, fresh, kind) => {
  const word = named(columns, 'string', choices);
  const second = choices.of(columns as [Column, ...Column[]]);
  if (word === undefined) return { text: 'where true', columns };
  const number = named(columns, 'long', choices) ?? '1';
  const others = kind.traceable === true ? '' : choices.of(['', ' with others = "rest"']);
  return {
    text:
      `top-nested ${choices.of(['1', '2', ''])} of ${fresh}v = ${word}${others} by ${fresh}a = sum(${number}), ` +
      `top-nested 2 of ${fresh}w = ${second.name} by ${fresh}b = count() asc`,
    columns: [
      { name: `${fresh}v`, type: 'string' },
      { name: `${fresh}a`, type: 'long' },
      { name: `${fresh}w`, type: second.type },
      { name: `${fresh}b`, type: 'long' },
    ],
  };
};

const neighbours: Step = (columns, choices, fresh, kind) => {
  const column = choices.of(columns as [Column, ...Column[]]);
  const two = kind.traceable === true ? '' : ', 2';
  const value = choices.of([`prev(${column.name})`, `prev(${column.name}${two})`, `next(${column.name})`]);
  return {
    text: `${sortByAll(columns)} | extend ${fresh} = ${value}`,
    columns: [...columns, { name: fresh, type: column.type }],
  };
};

const numbering: Step = (columns, choices, fresh) => {
  const number = named(columns, 'long', choices) ?? '2';
  const condition = predicate(columns, choices);
  const value = choices.of([
    `row_number(3, ${condition})`,
    `row_cumsum(${number}, ${condition})`,
    `row_rank_dense(${number})`,
    `row_rank_min(${number}, ${condition})`,
  ]);
  return {
    text: `${sortByAll(columns)} | extend ${fresh} = ${value}`,
    columns: [...columns, { name: fresh, type: 'long' }],
  };
};

const scan: Step = (columns, choices, fresh) => {
  const condition = predicate(columns, choices);
  const steps = choices.of([
    `step s1: true => ${fresh} = s1.${fresh} + 1;`,
    `step s1: ${condition}; step s2 output=last: ${predicate(columns, choices)} => ${fresh} = s2.${fresh} + 1;`,
  ]);
  return {
    text: `${sortByAll(columns)} | scan with_match_id=${fresh}m declare (${fresh}: long = 0) with (${steps})`,
    columns: [...columns, { name: fresh, type: 'long' }, { name: `${fresh}m`, type: 'long' }],
  };
};

const search: Step = (columns, choices) => ({
  text: `search ${choices.of(['"mega"', '"mega*" or "io"', 'not("nz")'])} | project-away $table`,
  columns,
});

/** A union in which a name has two types: it becomes two columns. */
const unionOfTypes: Step = (columns, choices, fresh) => {
  const column = choices.of(columns as [Column, ...Column[]]);
  const type: KqlType = column.type === 'string' ? 'long' : 'string';
  const value = type === 'string' ? 'k' : 'n';
  const both = [column.type, type].map((item): Column => ({ name: `${column.name}_${item}`, type: item }));
  if (columns.some(({ name }) => both.some((item) => item.name === name))) return { text: 'where true', columns };
  return {
    text: `union (E | where ${predicate(eventsSchema.tables.E ?? [], choices)} | project ${column.name} = ${value}, ${fresh} = b)`,
    columns: [...columns.flatMap((item) => (item === column ? both : [item])), { name: fresh, type: 'bool' }],
  };
};

/** Each row decides alone. */
const oneByOne = [parse, expand] as const;

/** Rows meet. */
const meeting = [
  summarize,
  distinct,
  top,
  join,
  apply,
  partition,
  partitionTop,
  makeSeries,
  topNested,
  neighbours,
  numbering,
  scan,
  search,
  unionOfTypes,
] as const;

/** Those that keep some rows for what the others are. */
const limits: ReadonlySet<Step> = new Set([top, partitionTop, topNested, neighbours]);

function named(columns: readonly Column[], type: KqlType, choices: Choices): string | undefined {
  const [first, ...rest] = columns.filter((column) => column.type === type);
  return first === undefined ? undefined : choices.of([first, ...rest]).name;
}

function predicate(columns: readonly Column[], choices: Choices): string {
  const column = choices.of(columns as [Column, ...Column[]]);
  const { name } = column;
  const simple = (): string => {
    switch (column.type) {
      case 'string':
        return choices.of([
          `${name} has "mega"`,
          `${name} has_any ("mega.nz", "file.io")`,
          `${name} !has "mega"`,
          `${name} in~ ("MEGA.NZ", "")`,
          `${name} !contains "byte"`,
          `isempty(${name})`,
        ]);
      case 'datetime':
        return choices.of([`${name} > ago(2h)`, `${name} >= ago(5h)`, `isnull(${name})`]);
      case 'bool':
        return choices.of([name, `not(${name})`, `${name} == true`]);
      default:
        return choices.of([`${name} > 0`, `${name} != 1`, `${name} !in (1, 2)`, `isnotnull(${name})`, `${name} == 1`]);
    }
  };
  return choices.of([simple, simple, () => `(${simple()} or ${simple()})`, () => `not(${simple()})`])();
}

function expression(columns: readonly Column[], choices: Choices): { readonly text: string; readonly type: KqlType } {
  const number = named(columns, 'long', choices);
  const word = named(columns, 'string', choices);
  const moment = named(columns, 'datetime', choices);
  return choices.of([
    { text: `iff(${predicate(columns, choices)}, 1, 2)`, type: 'long' },
    number === undefined ? { text: '7', type: 'long' } : { text: `${number} * 3 - 1`, type: 'long' },
    word === undefined
      ? { text: '"w"', type: 'string' }
      : { text: `strcat(${word}, "/", tolower(${word}))`, type: 'string' },
    moment === undefined ? { text: '8', type: 'long' } : { text: `bin(${moment}, 2h)`, type: 'datetime' },
    { text: predicate(columns, choices), type: 'bool' },
  ]);
}
