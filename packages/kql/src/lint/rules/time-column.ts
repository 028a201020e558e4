import { nameOf } from '../../parse/tree.ts';
import { namesRead } from '../model/walk.ts';
import type { Rule } from '../rule.ts';
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
          const origin = step.input.names.get(nameOf(node));
          if (origin?.kind !== 'column' || !(origin.column in names)) continue;
          const right = names[origin.column as keyof typeof names];
          const wrong = !hasColumn(query, origin.table, origin.column);
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
