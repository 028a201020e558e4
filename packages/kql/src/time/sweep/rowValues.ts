import type { Relation } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { Transformer } from '../../plan/transformer.ts';
import { readsNow, relationsOf, walk } from '../../plan/visitor.ts';
import { isVolatileCall } from '../../plan/volatile.ts';
import type { Carried } from './carried.ts';
import { notSwept } from './notSwept.ts';
import type { SweepOptions } from './options.ts';

/** A value of the row alone, whatever the moment.
 *  @throws NotSwept */
export function ofRow(value: Scalar, input: Carried, options?: SweepOptions): Scalar {
  const written = put(value, input);
  if (readsNow(written)) return notSwept('now() is used for more than to bound a value of the row');
  walk(written, (item) => {
    if (!('span' in item)) return;
    if (item.kind === 'window') notSwept(`${item.name}() looks at other rows`);
    if (isVolatileCall(item)) notSwept('it has a value that is another at every run');
    for (const query of relationsOf(item)) {
      if (options === undefined || dependsOnTime(query, options))
        notSwept('a value asks about other rows (in, toscalar)');
    }
  });
  return written;
}

export function dependsOnTime(query: Relation, { timeless }: SweepOptions): boolean {
  let found = readsNow(query);
  walk(query, (node) => {
    if (node.kind === 'scan' && !timeless(node.table)) found = true;
  });
  return found;
}

/** The value with those that depend on `now()` put in place of their columns.
 *  @throws NotSwept where that would not be right */
export function put(value: Scalar, { moving }: Carried): Scalar {
  return moving.size === 0 ? value : new Moving(moving).scalar(value);
}

class Moving extends Transformer {
  readonly #moving: Carried['moving'];

  constructor(moving: Carried['moving']) {
    super();
    this.#moving = moving;
  }

  override scalar(node: Scalar): Scalar {
    if (node.kind !== 'column' || !this.#moving.has(node.id)) return super.scalar(node);
    return this.#moving.get(node.id) ?? notSwept('now() is a value of rows that meet others');
  }
}
