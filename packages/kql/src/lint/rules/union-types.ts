import type { Bound, BoundColumn } from '../../parse/tree.ts';
import { flow, type Pipeline, type Step } from '../model/pipeline.ts';
import type { Query, Rule } from '../rule.ts';
import { nameOfItem } from './expressions.ts';

export const unionTypes: Rule = {
  code: 'WL104',
  name: 'one name with two types in a union',
  severity: 'warning',
  what: 'Branches of a union give one column different types.',
  why: 'Kusto makes two columns of it, `Name_int` and `Name_long`; the column under its own name is gone, and whatever maps or sorts by it finds nothing.',
  bad: {
    kql: 'let Direct = DeviceNetworkEvents\n| where TimeGenerated > ago(1h)\n| project TimeGenerated, DeviceId, ReportId, RemotePort;\nDirect\n| union (Direct | extend RemotePort = 0)',
    product: 'sentinel',
  },
  good: {
    kql: 'let Direct = DeviceNetworkEvents\n| where TimeGenerated > ago(1h)\n| project TimeGenerated, DeviceId, ReportId, RemotePort;\nDirect\n| union (Direct | extend RemotePort = int(null))',
    product: 'sentinel',
  },
  *check(query) {
    for (const { branches } of unionsOf(query)) {
      const first = new Map<string, { readonly type: string; readonly index: number }>();
      const told = new Set<string>();
      for (const [index, branch] of branches.entries()) {
        for (const { name, type } of branch.columns) {
          const known = first.get(name);
          if (known === undefined) first.set(name, { type, index });
          else if (known.type !== type && isKnown(type) && isKnown(known.type) && !told.has(name)) {
            told.add(name);
            yield {
              at: definitionOf(branch.pipeline, name) ?? branch.node,
              message: `\`${name}\` is ${type} here and ${known.type} in another branch of the union: the result has \`${name}_${known.type}\` and \`${name}_${type}\`, and no \`${name}\``,
              fix: `Give both one type: \`${name} = ${convert(known.type)}\`.`,
            };
          }
        }
      }
    }
  },
};

interface Branch {
  readonly columns: readonly BoundColumn[];
  readonly pipeline: Pipeline | undefined;
  readonly node: Bound;
}

function* unionsOf(query: Query): Generator<{ readonly branches: readonly Branch[] }> {
  for (const pipeline of query.pipelines) {
    if (pipeline.source.kind === 'union') yield { branches: pipeline.source.inputs.map(branchOf) };
    for (const [index, step] of pipeline.steps.entries()) {
      if (step.node.kind !== 'UnionOperator') continue;
      const before = pipeline.steps[index - 1]?.node ?? pipeline.source.node;
      const own: Branch = { columns: before.columns ?? [], pipeline: undefined, node: before };
      yield { branches: [own, ...step.others.map(branchOf)] };
    }
  }
}

function branchOf(pipeline: Pipeline): Branch {
  return { columns: pipeline.node.columns ?? [], pipeline, node: pipeline.node };
}

/** Where a branch last defines the name. */
function definitionOf(pipeline: Pipeline | undefined, name: string): Bound | undefined {
  const steps = pipeline === undefined ? [] : flow(pipeline);
  return steps.flatMap(defined).findLast((item) => nameOfItem(item) === name);
}

function defined({ node }: Step): readonly Bound[] {
  return [...node.list('Expressions'), ...node.list('Aggregates')].filter(
    (item) => item.kind === 'SimpleNamedExpression',
  );
}

function isKnown(type: string): boolean {
  return type !== 'unknown' && type !== 'error' && type !== '';
}

function convert(type: string): string {
  return type === 'string'
    ? 'tostring(…)'
    : type === 'datetime'
      ? 'todatetime(…)'
      : `to${type}(…)\` or, where it is absent, \`${type}(null)`;
}
