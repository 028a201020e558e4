import { type Bound, bare, nameOf, need } from '../../parse/tree.ts';
import { isStep } from '../model/pipeline.ts';
import type { Scope } from '../model/scope.ts';
import { namesRead } from '../model/walk.ts';
import type { Query, Rule } from '../rule.ts';
import { isReceived, isSent } from './columns.ts';
import { columnBehind, everyTest, short } from './expressions.ts';

const outward = /sent|upload|outbound|outgoing|exfil|egress|bytesout|outbytes/i;
const inward = /received|download|inbound|incoming|ingress|bytesin$|inbytes/i;

export const direction: Rule = {
  code: 'WL701',
  name: 'bytes in the wrong direction',
  severity: 'warning',
  what: 'A figure that is called sent, upload or exfiltrated is taken from what was received (ReceivedBytes, BytesReceived, DstBytes), or the other way round; or a rule about uploads tests only what was received.',
  why: 'The rule finds downloads: every update and video alerts, and an upload never does.',
  bad: {
    kql: 'CommonSecurityLog\n| where TimeGenerated > ago(1h)\n| summarize Uploaded = sum(ReceivedBytes) by SourceIP, DestinationIP\n| where Uploaded > 104857600',
    product: 'sentinel',
  },
  good: {
    kql: 'CommonSecurityLog\n| where TimeGenerated > ago(1h)\n| summarize Uploaded = sum(SentBytes) by SourceIP, DestinationIP\n| where Uploaded > 104857600',
    product: 'sentinel',
  },
  *check(query) {
    let named = false;
    for (const { steps } of query.pipelines) {
      for (const step of steps) {
        if (!isStep(step, 'Extend', 'Project', 'Summarize', 'ProjectRename', 'MakeSeries')) continue;
        const items = [...step.node.list('Expressions'), ...step.node.list('Aggregates')];
        for (const item of items.map((each) =>
          each.kind === 'MakeSeriesExpression' ? (each.children[0] ?? each) : each,
        )) {
          const name = soleName(item);
          if (name === undefined) continue;
          const read = [...namesRead(need(item, 'Expression'))].flatMap(
            (node) => columnBehind(node, step.input)?.column ?? [],
          );
          const [sent, received] = [read.find(isSent), read.find(isReceived)];
          const wrong = outward.test(name) && !inward.test(name) ? sent === undefined && received : undefined;
          const reverse = inward.test(name) && !outward.test(name) ? received === undefined && sent : undefined;
          const column = wrong || reverse;
          if (!column) continue;
          named = true;
          yield {
            at: item,
            message: `\`${name}\` is made of ${column}, which counts what was ${wrong ? 'received' : 'sent'}: the direction is the wrong way round`,
            fix: `Take ${partner(column)}.`,
          };
        }
      }
    }
    if (!named && query.facts.exfiltration) yield* receivedAlone(query);
  },
};

/** A rule about uploads that asks for what was received and never for what was sent. */
function* receivedAlone(query: Query) {
  let found: { readonly column: string; readonly node: Parameters<typeof short>[0] } | undefined;
  for (const { test, step } of everyTest(query)) {
    const columns = columnsBehind(test.subject, step.input);
    if (columns.some(isSent)) return;
    const column = columns.find(isReceived);
    if (column !== undefined && test.relation.startsWith('greater')) found ??= { column, node: test.node };
  }
  if (found === undefined) return;
  yield {
    at: found.node,
    message: `the rule is about data that leaves, and \`${short(found.node)}\` asks for what came in`,
    fix: `Test ${partner(found.column)}.`,
  };
}

/** The name of `x = …` and `(x) = …`. */
function soleName(item: Bound): string | undefined {
  if (item.kind === 'SimpleNamedExpression') return nameOf(need(item, 'Name'));
  const [name, ...more] = item.kind === 'CompoundNamedExpression' ? (item.child('Names')?.list('Names') ?? []) : [];
  return name === undefined || more.length > 0 ? undefined : nameOf(name);
}

/** The columns that a value is made of, through one `summarize` or `extend`. */
function columnsBehind(node: Bound, scope: Scope): readonly string[] {
  const found = bare(node);
  const origin = found.kind === 'NameReference' ? scope.names.get(nameOf(found)) : undefined;
  const [inner, within] =
    origin?.kind === 'computed' && origin.node !== undefined ? [origin.node, origin.scope] : [found, scope];
  return [...namesRead(inner)].flatMap((name) => columnBehind(name, within)?.column ?? []);
}

function partner(column: string): string {
  const pairs: readonly (readonly [string, string])[] = [
    ['BytesSent', 'BytesReceived'],
    ['SentBytes', 'ReceivedBytes'],
    ['SrcBytes', 'DstBytes'],
    ['RequestBytes', 'ResponseBytes'],
    ['TotalBytesSent', 'TotalBytesReceived'],
    ['SourceBytes', 'DestinationBytes'],
    ['BytesSrcToDest', 'BytesDestToSrc'],
    ['RequestSize', 'ResponseSize'],
  ];
  const pair = pairs.find((items) => items.includes(column));
  return (pair?.[0] === column ? pair[1] : pair?.[0]) ?? 'the counter of the other direction';
}
