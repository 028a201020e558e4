import { nameOf } from '../../parse/tree.ts';
import { nearest } from '../model/names.ts';
import type { Product, Query, Rule } from '../rule.ts';
import { defenderTables, sentinelTables } from '../schemas/tables.ts';
import { productName } from './products.ts';

export const unknownTable: Rule = {
  code: 'WL103',
  name: 'unknown table',
  severity: 'error',
  what: 'A table is named that the product does not have. Where lint cannot be sure, as in a Sentinel workspace with tables of its own, it says so as information.',
  why: 'The query does not run; or its columns could not be checked.',
  bad: {
    kql: 'DeviceNetworkEvent\n| where TimeGenerated > ago(1h)\n| summarize Connections = count() by DeviceName',
    product: 'sentinel',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1h)\n| summarize Connections = count() by DeviceName',
    product: 'sentinel',
  },
  *check(query) {
    const told = new Set<string>();
    for (const { source } of query.pipelines) {
      if (source.kind !== 'table' || told.has(source.name) || isThere(query, source.name)) continue;
      told.add(source.name);
      const { name, node } = source;
      const product = productName(query.product);
      const near = nearest(name, tablesOf(query), 2);
      const elsewhere = otherProduct(query, name);
      const sure = near !== undefined || query.product === 'weir';
      if (sure) {
        const where =
          elsewhere === undefined ? '' : ` It is a table of ${productName(elsewhere)} (--schema ${elsewhere}).`;
        const fix = near === undefined ? `Name one of ${product}'s tables.${where}` : `Write \`${near}\`.${where}`;
        yield { at: node, message: `${product} has no table \`${name}\`, so the query does not run`, fix };
      } else {
        yield {
          at: node,
          severity: 'info',
          message:
            elsewhere === undefined
              ? `lint does not know a table \`${nameOf(node)}\` of ${product}: its columns were not checked`
              : `\`${name}\` is a table of ${productName(elsewhere)}: in ${product} it is there only where the two are connected`,
          fix: 'Check the name and its columns where the rule will run.',
        };
      }
    }
  },
};

function tablesOf(query: Query): readonly string[] {
  const own = Object.keys(query.schema.tables);
  if (query.product === 'weir') return own;
  return [...own, ...defenderTables, ...(query.product === 'sentinel' ? sentinelTables : [])];
}

function isThere(query: Query, name: string): boolean {
  return tablesOf(query).includes(name) || (query.product === 'sentinel' && /_CL$/.test(name));
}

function otherProduct(query: Query, name: string): Product | undefined {
  if (query.product !== 'defender' && defenderTables.has(name)) return 'defender';
  return query.product !== 'sentinel' && sentinelTables.has(name) ? 'sentinel' : undefined;
}
