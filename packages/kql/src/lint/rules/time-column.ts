import { nameOf } from '../../parse/tree.ts';
import { flow, type Pipeline, type Step, tableOf } from '../model/pipeline.ts';
import type { Origin } from '../model/scope.ts';
import { namesRead } from '../model/walk.ts';
import type { Query, Rule } from '../rule.ts';
import { defenderTables } from '../schemas/tables.ts';
import { hasColumn, productName } from './products.ts';

const names = { Timestamp: 'TimeGenerated', TimeGenerated: 'Timestamp' } as const;

export const timeColumn: Rule = {
  code: 'WL102',
  name: 'time column of the other product',
  severity: 'error',
  what: '`Timestamp` is used where the table has only `TimeGenerated`, or the other way round. Where it is not said for which of the two the query is, it is told as information.',
  why: "Defender's tables call the time of an event Timestamp, the same tables in Sentinel TimeGenerated; a query with the wrong one does not run.",
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| summarize Connections = count() by DeviceName',
    product: 'sentinel',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1h)\n| summarize Connections = count() by DeviceName',
    product: 'sentinel',
  },
  *check(query) {
    const { schemas, also } = query;
    let told = 0;
    for (const pipeline of query.pipelines) {
      for (const step of pipeline.steps) {
        for (const node of namesRead(step.node)) {
          const origin = step.input.names.get(nameOf(node)) ?? unlisted(step, pipeline, nameOf(node));
          if (origin?.kind !== 'column' || !(origin.column in names)) continue;
          const right = names[origin.column as keyof typeof names];
          const wrong = !hasTime(query, origin.table, origin.column);
          const elsewhere = also !== undefined && !hasColumn({ schemas, product: also }, origin.table, origin.column);
          if ((!wrong && !elsewhere) || told++ > 0) continue;
          const product = productName(wrong ? query.product : (also ?? query.product));
          yield {
            at: node,
            message: wrong
              ? `${product}'s ${origin.table} has no \`${origin.column}\`: the time of an event is \`${right}\` there, so the query does not run`
              : `the query runs in ${productName(query.product)} only: ${product}'s ${origin.table} calls the time \`${right}\``,
            fix: wrong
              ? `Write \`${right}\` everywhere in the query.`
              : `Say where it is meant to run (--schema), or keep a version with \`${right}\` for ${product}.`,
            ...(wrong ? {} : { severity: 'info' as const }),
          };
        }
      }
    }
  },
};

/** A time column of one of Defender's tables whose columns are not known here. */
function unlisted(step: Step, pipeline: Pipeline, name: string): Extract<Origin, { kind: 'column' }> | undefined {
  const table = step.input.open && flow(pipeline).every(keepsNames) ? tableOf(pipeline) : undefined;
  return table !== undefined && name in names && defenderTables.has(table)
    ? { kind: 'column', table, column: name }
    : undefined;
}

function keepsNames({ node }: Step): boolean {
  return !/^(Join|Lookup|Union|Evaluate|Invoke|MvApply)Operator$/.test(node.kind);
}

function hasTime(query: Pick<Query, 'product' | 'schemas'>, table: string, column: string): boolean {
  if (query.schemas[query.product].tables[table] !== undefined) return hasColumn(query, table, column);
  return query.product === 'weir' || column === (query.product === 'sentinel' ? 'TimeGenerated' : 'Timestamp');
}
