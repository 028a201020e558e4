import { sqlName, sqlText } from '../engine/sql.ts';

/** The members that a mapping takes from one column with JSON objects, as one STRUCT: the engine goes through a text once
 *  for all of them, and taking one out of a STRUCT costs nothing, where one of a list is copied. */
export class Members {
  readonly #column: string;
  readonly #nameOf: () => string;
  readonly #shapes: { readonly name: string; readonly shape: Shape }[] = [];

  /** `column` is SQL of the column; `nameOf` gives a name for a further one. */
  constructor(column: string, nameOf: () => string) {
    this.#column = column;
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

  /** The columns that `at` speaks of. */
  get columns(): Record<string, string> {
    return Object.fromEntries(
      this.#shapes.map(({ name, shape }) => [
        name,
        `TRY(json_transform(${this.#column}, ${sqlText(JSON.stringify(written(shape)))}))`,
      ]),
    );
  }
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
