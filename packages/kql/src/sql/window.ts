import type { OrderKey, Scalar, WindowNode } from '../plan/scalar.ts';
import type { Dialect, SortKey } from './dialect.ts';
import type { Arg } from './emit.ts';
import type { Surroundings } from './surroundings.ts';

/** The keys of an order as SQL; those that all rows share order nothing. */
export function sortKeys(keys: readonly OrderKey[], sqlOf: (value: Scalar) => Arg): readonly SortKey[] {
  return keys.flatMap(({ by, ascending, nullsFirst }) => {
    const { sql, constant } = sqlOf(by);
    return constant === undefined ? [{ sql, type: by.type, ascending, nullsFirst }] : [];
  });
}

/** The list of an ORDER BY, `''` for no keys. */
export function orderList(keys: readonly SortKey[], dialect: Pick<Dialect, 'orderBy'>): string {
  return keys
    .map(({ sql, type, ascending, nullsFirst }) => dialect.orderBy(sql, type, ascending, nullsFirst))
    .join(', ');
}

/** A function over the rows around. */
export function windowSql(node: WindowNode, { dialect }: Surroundings, sqlOf: (value: Scalar) => Arg): Arg {
  const args = node.args.map(sqlOf);
  const order = orderList(sortKeys(node.order, sqlOf), dialect);
  const parts = [
    ...(node.restart === undefined ? [] : [`PARTITION BY ${sqlOf(node.restart).sql}`]),
    ...(order === '' ? [] : [`ORDER BY ${order}`]),
  ];
  const over = `OVER (${parts.join(' ')})`;
  const [value, offset, otherwise] = args;
  const text = node.type === 'string';
  switch (node.name) {
    case 'row_number':
      return { sql: dialect.counted(`row_number() ${over}`), type: 'long', nullable: false, span: node.span };
    case 'row_cumsum': {
      const frame = `OVER (${[...parts, 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'].join(' ')})`;
      return {
        sql: dialect.sumAs(`coalesce(sum(${value?.sql}) ${frame}, 0)`, node.type),
        type: node.type,
        nullable: false,
        span: node.span,
      };
    }
    case 'prev':
    case 'next': {
      if (value === undefined) throw new Error(`${node.name} wants a value.`);
      const shifted = dialect.neighbour(node.name, value, offset?.sql ?? '1', otherwise?.sql, over);
      return { sql: shifted, type: node.type, nullable: !text, span: node.span };
    }
  }
}
