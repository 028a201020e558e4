import { nameOf } from '../../parse/tree.ts';
import type { namesRead } from '../model/walk.ts';
import type { Rule } from '../rule.ts';

export const searchEverything: Rule = {
  code: 'WL804',
  name: 'search over every table or column',
  severity: 'warning',
  what: '`search` or `find` without `in (tables)`, `union *`, or `where * has`.',
  why: 'Every column of every table is read; the query is slow, may be throttled, and matches in columns that nobody meant.',
  bad: { kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where * has "mimikatz"' },
  good: { kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has "mimikatz"' },
  *check(query) {
    for (const { source, steps } of query.pipelines) {
      for (const node of [source.node, ...steps.map((step) => step.node)]) {
        const first = steps[0]?.node === node || source.node === node;
        if (
          (node.kind === 'SearchOperator' || node.kind === 'FindOperator') &&
          node.child('InClause') === undefined &&
          first
        ) {
          if (source.node !== node) continue;
          yield {
            at: { start: node.span.start, length: /^\w+/.exec(node.text)?.[0].length ?? 1 },
            message: 'every column of every table is searched',
            fix: 'Name the tables, `search in (A, B) …`, or write `where Column has …`.',
          };
        } else if (node.kind === 'UnionOperator') {
          const all = node.list('Expressions').find((item) => item.kind === 'NameReference' && nameOf(item) === '*');
          if (all !== undefined)
            yield { at: all, message: 'every table is read', fix: 'Name the tables of the union.' };
        } else if (node.kind === 'FilterOperator') {
          const star = starIn(node);
          if (star) yield { at: node, message: 'every column is searched', fix: 'Name the columns that may hold it.' };
        }
      }
    }
  },
};

function starIn(node: Parameters<typeof namesRead>[0]): boolean {
  return (
    node.kind === 'StarExpression' ||
    node.children.some((child) => !/Function|Operator$/.test(child.kind) && starIn(child))
  );
}
