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
      const grouped =
        kind.rowWise === true ? [] : grouping.filter((step) => kind.traceable !== true || mayFollow(step, text));
      const step = choices.of<Step>([where, extend, project, ...grouped]);
      const made = step(columns, choices, `x${number}`, kind);
      text += `\n| ${made.text}`;
      columns = made.columns;
    }
    return text;
  });
}

/** A limit over rows of which several have one id cuts between them, and then a row does not follow from its ids. */
function mayFollow(step: Step, text: string): boolean {
  if (step === top) return !/union|join/.test(text);
  return step !== join || !text.includes('take');
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

const top: Step = (columns) => {
  const keys = columns.map(({ name }) => `${name} asc`);
  return { text: `sort by ${keys.join(', ')} | take 3`, columns };
};

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

const grouping = [summarize, distinct, top, join] as const;

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
