import { sqlName, sqlText } from '../engine/sql.ts';

/** The members that a mapping takes from one column with JSON objects, as one STRUCT: the engine goes through a text once
 *  for all of them, and taking one out of a STRUCT costs nothing, where one of a list is copied. */
export class Members {
  readonly #name: string;
  readonly #column: string;
  readonly #nameOf: () => string;
  readonly #shapes: { readonly name: string; readonly shape: Shape }[] = [];

  /** `name` is the column's; `nameOf` gives one for a further column. */
  constructor(name: string, nameOf: () => string) {
    this.#name = name;
    this.#column = sqlName(name);
    this.#nameOf = nameOf;
  }

  /** SQL of the member at a path, as text; null where there is none. */
  at(path: readonly string[]): string {
    for (const { name, shape } of this.#shapes) if (add(shape, path)) return inside(name, path);
    const further = { name: this.#nameOf(), shape: new Map() };
    this.#shapes.push(further);
    add(further.shape, path);
    return inside(further.name, path);
  }

  /** The columns that `at` speaks of, over the column as text, or as the type that `typeIn` gave. */
  columns(isTyped: boolean): Record<string, string> {
    return Object.fromEntries(
      this.#shapes.map(({ name, shape }) => {
        const read = `TRY(json_transform(${this.#column}, ${sqlText(JSON.stringify(written(shape)))}))`;
        return [name, isTyped ? this.#column : read];
      }),
    );
  }

  /** The type as which the engine may read the column itself, where it holds objects of this shape in these records: it
   *  then need not write it down as text first. It refuses a file where it holds anything else. */
  typeIn(records: readonly object[]): string | undefined {
    const [only, ...others] = this.#shapes;
    if (!only || others.length > 0) return undefined;
    const values = records.map((record) => Reflect.get(record, this.#name)).filter(isTold);
    return values.length > 0 && values.every((value) => fits(only.shape, value)) ? structOf(only.shape) : undefined;
  }
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function fits(shape: Shape, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return [...shape.values()].every(({ name, shape }) => {
    const member: unknown = Reflect.get(value, name);
    return shape === undefined || !isTold(member) || fits(shape, member);
  });
}

function structOf(shape: Shape): string {
  const members = [...shape.values()].map(
    ({ name, shape }) => `${sqlName(name)} ${shape ? structOf(shape) : 'VARCHAR'}`,
  );
  return `STRUCT(${members.join(', ')})`;
}

/** Members by their lower-case names, which a STRUCT does not tell apart; one without a shape is taken as text. */
type Shape = Map<string, { readonly name: string; readonly shape?: Shape }>;

/** Whether a path has found a place: an object is not taken as text and by its members in one STRUCT. */
function add(shape: Shape, [name = '', ...below]: readonly string[]): boolean {
  const present = shape.get(name.toLowerCase());
  if (!present) {
    const under: Shape | undefined = below.length > 0 ? new Map() : undefined;
    if (under) add(under, below);
    shape.set(name.toLowerCase(), { name, ...(under && { shape: under }) });
    return true;
  }
  if (present.name !== name || (present.shape === undefined) !== (below.length === 0)) return false;
  return present.shape === undefined || add(present.shape, below);
}

function written(shape: Shape): object {
  return Object.fromEntries([...shape.values()].map(({ name, shape }) => [name, shape ? written(shape) : 'VARCHAR']));
}

function inside(column: string, path: readonly string[]): string {
  return [column, ...path.map(sqlName)].join('.');
}
