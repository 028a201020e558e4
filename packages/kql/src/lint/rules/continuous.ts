import type { Bound } from '../../parse/tree.ts';
import type { Query } from '../rule.ts';

const allowed = /^(Filter|Extend|Project|ProjectAway|ProjectRename|Parse)Operator$/;

/** The tables that Defender looks at continuously, those in preview too. */
const streamed = new Set(
  `AlertEvidence CloudAppEvents DeviceEvents DeviceFileCertificateInfo DeviceFileEvents DeviceImageLoadEvents
   DeviceLogonEvents DeviceNetworkEvents DeviceNetworkInfo DeviceInfo DeviceProcessEvents DeviceRegistryEvents
   EmailAttachmentInfo EmailEvents EmailPostDeliveryEvents EmailUrlInfo IdentityDirectoryEvents IdentityLogonEvents
   IdentityQueryEvents UrlClickEvents AuditLogs AWSCloudTrail CommonSecurityLog OfficeActivity SecurityEvent
   SigninLogs`.split(/\s+/),
);

/** What rules out Defender's continuous frequency: one table of those, where, extend, project and parse alone, no comments
 *  (MicrosoftDocs/defender-docs, custom-detection-rules.md). Each with its place, in the order of the text. */
export function reasonsOf(query: Query): ReadonlyMap<string, Bound> {
  const reasons = new Map<string, Bound>();
  const add = (reason: string, node: Bound) => {
    if (!reasons.has(reason)) reasons.set(reason, node);
  };
  const tables = new Map<string, Bound>();
  for (const { source, steps } of query.pipelines) {
    if (source.kind === 'table') {
      tables.set(source.name, source.node);
      if (query.product === 'defender' && !streamed.has(source.name))
        add(`${source.name}, which is not streamed`, source.node);
    }
    if (source.kind === 'union') add('union', source.node);
    if (source.node.kind === 'ExternalDataExpression') add('externaldata', source.node);
    for (const { node } of steps) {
      if (!allowed.test(node.kind)) add(/^[a-z-]+/i.exec(node.text)?.[0] ?? '', node);
    }
  }
  const last = [...tables.values()].at(-1);
  if (tables.size > 1 && last !== undefined) add('several tables', last);
  return reasons;
}

/** `summarize, union, comments`; empty where nothing stands in the way. */
export function reasonList(query: Query): string {
  const comments = /^\s*\/\//m.test(query.text) ? ['comments'] : [];
  return [...reasonsOf(query).keys(), ...comments].join(', ');
}
