import { nameOf } from '../../parse/tree.ts';
import { nearest } from '../model/names.ts';
import type { Pipeline, Step } from '../model/pipeline.ts';
import type { Scope } from '../model/scope.ts';
import { isTimeColumn } from '../model/time.ts';
import { namesRead } from '../model/walk.ts';
import type { Finding, Query, Rule } from '../rule.ts';
import { growing } from '../schemas/more.ts';
import { isReceived, isSent } from './columns.ts';
import { hasColumn, productName } from './products.ts';

export const unknownColumn: Rule = {
  code: 'WL101',
  name: 'unknown column',
  severity: 'error',
  what: 'A column is named that the table does not have in the product where the rule is to run, or that an operator before has dropped.',
  why: 'Kusto refuses the whole query, so the rule never runs. Byte counts are the usual case: no Defender table has any.',
  bad: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotPort == 9001' },
  good: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001' },
  *check(query) {
    const places = new Map<string, { finding: Finding; count: number }>();
    for (const { name, finding } of missing(query)) {
      const known = places.get(name);
      if (known === undefined) places.set(name, { finding, count: 0 });
      else known.count++;
    }
    for (const { finding, count } of places.values()) {
      const more = count === 0 ? '' : `; ${count} more place${count === 1 ? '' : 's'} name${count === 1 ? 's' : ''} it`;
      yield { ...finding, message: `${finding.message}${more}` };
    }
  },
};

function* missing(query: Query): Generator<{ readonly name: string; readonly finding: Finding }> {
  const unresolved = new Set(query.unresolved.filter(({ code }) => code === 'KS142').map(({ span }) => span.start));
  for (const pipeline of query.pipelines) {
    for (const step of pipeline.steps) {
      const scope = inReach(step);
      for (const node of namesRead(step.node)) {
        const name = nameOf(node);
        const origin = scope.names.get(name);
        if (origin?.kind === 'column' && !hasColumn(query, origin.table, origin.column)) {
          if (isTimeColumn(origin.column) && /^Time/.test(origin.column)) continue;
          yield {
            name: `${origin.table} ${origin.column}`,
            finding: { at: node, ...notInTable(query, origin.table, origin.column) },
          };
        } else if (
          origin === undefined &&
          !scope.open &&
          unresolved.has(node.span.start) &&
          step.env.find(name) === undefined
        ) {
          yield { name, finding: { at: node, ...notInReach(name, scope, pipeline) } };
        }
      }
    }
  }
}

/** A join's condition sees both sides. */
function inReach(step: Step): Scope {
  const [other] = step.others;
  if (other === undefined || step.node.kind === 'UnionOperator') return step.input;
  const names = new Map([...other.scope.names, ...step.input.names]);
  return { names, open: step.input.open || other.scope.open };
}

function notInTable(query: Query, table: string, column: string): Pick<Finding, 'message' | 'fix' | 'severity'> {
  const product = productName(query.product);
  const own = (query.schema.tables[table] ?? []).map((item) => item.name);
  const message = `${product}'s ${table} has no column \`${column}\`, so the query does not run there`;
  if (isSent(column) || isReceived(column)) {
    return {
      message: `${message}: no table of ${product}'s endpoint counts bytes`,
      fix: 'Take bytes from a network source (CommonSecurityLog, a proxy, flow logs), or run the rule on Weir, whose DeviceNetworkEvents has BytesSent and BytesReceived (--schema weir); without bytes, leave the volume out.',
    };
  }
  const elsewhere = Object.entries(query.schemas).find(
    ([name, schema]) => name !== query.product && schema.tables[table]?.some((item) => item.name === column),
  );
  const near = nearest(column, own);
  const there =
    elsewhere === undefined
      ? ''
      : ` It is a column of ${productName(elsewhere[0] as Query['product'])}'s (--schema ${elsewhere[0]}).`;
  return { message, fix: near === undefined ? `Name a column of ${table}.${there}` : `Write \`${near}\`.${there}` };
}

function notInReach(name: string, scope: Scope, pipeline: Pipeline): Pick<Finding, 'message' | 'fix' | 'severity'> {
  const near = nearest(name, scope.names.keys());
  const grown = [...scope.names.values()].find((origin) => origin.kind === 'column' && growing.has(origin.table));
  if (near === undefined && grown?.kind === 'column') {
    return {
      severity: 'info',
      message: `lint's list of ${grown.table} has no column \`${name}\`: it is newer, or the query does not run`,
      fix: 'Look it up where the rule will run.',
    };
  }
  const table =
    pipeline.source.kind === 'table'
      ? `${pipeline.source.name}, and no operator before this makes it`
      : 'what comes before';
  const others = [...scope.names.keys()].slice(0, 12).join(', ');
  return {
    message: `there is no column \`${name}\` here: it is not in ${table}, so the query does not run`,
    fix: near === undefined ? `In reach are ${others}${scope.names.size > 12 ? '…' : ''}.` : `Write \`${near}\`.`,
  };
}
