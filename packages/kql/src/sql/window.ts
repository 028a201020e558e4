import type { OrderKey, Scalar, WindowNode } from '../plan/scalar.ts';
import type { Dialect } from './dialect.ts';
import type { Arg } from './emit.ts';
import type { Surroundings } from './surroundings.ts';

/** The keys of an order as SQL, `''` for none; those that all rows share order nothing. */
export function orderSql(keys: readonly OrderKey[], dialect: Dialect, sqlOf: (value: Scalar) => Arg): string {
  return keys
    .flatMap((key) => {
      const { sql, constant } = sqlOf(key.by);
      return constant === undefined ? [dialect.orderBy(sql, key.by.type, key.ascending, key.nullsFirst)] : [];
    })
    .join(', ');
}

/** A function over the rows around. */
export function windowSql(node: WindowNode, { dialect }: Surroundings, sqlOf: (value: Scalar) => Arg): Arg {
  const args = node.args.map(sqlOf);
  const order = orderSql(node.order, dialect, sqlOf);
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
