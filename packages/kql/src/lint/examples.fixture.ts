import type { Schema } from '../types.ts';
import { type LintDiagnostic, lint } from './lint.ts';
import type { Example, HostKnowledge } from './rule.ts';
import { defenderSchema } from './schemas/defender.ts';
import { sentinelSchema } from './schemas/sentinel.ts';

/** A table of Weir's in the small: Defender's columns and what fusion adds. */
const weirSchema: Schema = {
  tables: {
    DeviceNetworkEvents: [
      ...(defenderSchema.tables.DeviceNetworkEvents ?? []),
      { name: 'TimeGenerated', type: 'datetime' },
      { name: 'EvidenceTime', type: 'datetime' },
      { name: 'BytesSent', type: 'long' },
      { name: 'BytesReceived', type: 'long' },
      { name: 'RemoteHost', type: 'string' },
      { name: 'ServiceCategory', type: 'string' },
      { name: 'AccountName', type: 'string' },
    ],
  },
};

export const schemas = { defender: defenderSchema, sentinel: sentinelSchema, weir: weirSchema };

const categories = new Map([
  ['chatter.com', ['Chatter', 'messaging']],
  ['chatterapp.com', ['Chatter', 'messaging']],
  ['drophere.com', ['Drop', 'file-sharing']],
  ['store.bigcloud.com', ['Bucket', 'cloud-storage']],
  ['pastes.io', ['Pastes', 'paste-site']],
  ['burrow.io', ['Burrow', 'tunnel']],
  ['forge.io', ['Forge', 'code-host']],
  ['in.hooks.io', ['Hooks', 'webhook']],
  ['post.io', ['Post', 'mailbox']],
  ['bigcloud.com', ['Big Cloud', 'cloud-api']],
] as const);

/** Invented services, and the public suffixes that the examples need. */
export const hosts: HostKnowledge = {
  hasPublicSuffix: (host) => /\.(com|net|org|io|nz|co|ee|app|example)$/.test(host),
  isPublicSuffix: (host) => host === 'blob.example.com',
  services: new Map([
    ['Chatter', ['chatter.com', 'chatterapp.com', 'api.chatter.com']],
    ['Drop', ['drophere.com', 'content.drophere.com']],
    ['Bucket', ['store.bigcloud.com', 'store.*.bigcloud.com']],
    ['Pastes', ['pastes.io']],
    ['Burrow', ['burrow.io']],
    ['Forge', ['forge.io']],
    ['Hooks', ['in.hooks.io']],
    ['Post', ['post.io']],
    ['Big Cloud', ['bigcloud.com']],
  ]),
  serviceOf: (host) => {
    const [found] = [...categories]
      .filter(([suffix]) => host === suffix || host.endsWith(`.${suffix}`))
      .sort(([a], [b]) => b.length - a.length);
    return found && { service: found[1][0], categories: [found[1][1]] };
  },
};

export function linted({ kql, product = 'defender', facts, isRuleFile }: Example): readonly LintDiagnostic[] {
  return lint(kql, { product, schemas, hosts, ...(facts !== undefined || isRuleFile ? { rule: facts ?? {} } : {}) });
}
