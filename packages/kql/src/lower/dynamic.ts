import { type Bound, need } from '../parse/tree.ts';
import { refuse, short } from './context.ts';
import { checkText } from './text.ts';

/** The value of what stands inside `dynamic(…)`: whole numbers as bigint, reals as number. */
export function dynamicValue(node: Bound): unknown {
  switch (node.kind) {
    case 'JsonArrayExpression':
      return node.list('Values').map(dynamicValue);
    case 'JsonObjectExpression': {
      const pairs = node.list('Pairs').map((pair): [string, unknown] => {
        const key = need(pair, 'Name').constant;
        if (typeof key !== 'string') return refuse(pair.span, 'WK001', `\`${short(pair.text)}\` has no name.`);
        checkText(key, pair);
        return [key, dynamicValue(need(pair, 'Value'))];
      });
      const bag = Object.fromEntries(pairs);
      // JavaScript puts names like "2" first and keeps one of two equal names: the text of the bag would differ.
      if (Object.keys(bag).join('\n') !== pairs.map(([key]) => key).join('\n')) {
        const advice = 'Write `parse_json("…")`.';
        return refuse(node.span, 'WK001', 'A bag with these names is not supported as a literal.', advice);
      }
      return bag;
    }
    case 'DynamicExpression':
      return dynamicValue(need(node, 'Expression'));
    case 'NullLiteralExpression':
      return null;
    case 'UnaryMinusExpression': {
      const value = dynamicValue(need(node, 'Expression'));
      if (typeof value === 'bigint' || typeof value === 'number') return -value;
      break;
    }
    default: {
      const value = node.constant;
      if (node.kind === 'DateTimeLiteralExpression' || node.kind === 'TimespanLiteralExpression') break;
      if (typeof value === 'string') checkText(value, node);
      if (value !== undefined && (value === null || typeof value !== 'object')) return value;
    }
  }
  return refuse(node.span, 'WK001', `\`${short(node.text)}\` is not supported inside a dynamic literal.`);
}
