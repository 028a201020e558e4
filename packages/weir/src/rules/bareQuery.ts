import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { UserError } from '../model/userError.ts';
import type { Rule } from './rule.ts';
import { weirDefaults } from './weirSection.ts';

/** A rule of one query and nothing else (`.kql`): it runs once, at the end of the data.
 *  @throws UserError `RULE_INVALID` where there is no query */
export function bareQuery(path: string, text: string): Rule {
  const query = text.replace(/^\uFEFF/, '');
  if (query.trim() === '') {
    const advice = 'A .kql file holds one query and nothing else.';
    throw new UserError('RULE_INVALID', path, 'the file holds no query', advice);
  }
  const name = basename(path, '.kql');
  return {
    path,
    id: guidOf(`${name}\n${query}`),
    idAt: { line: 1, column: 1 },
    kind: 'query',
    name,
    description: '',
    severity: 'medium',
    schedule: null,
    trigger: { operator: 'GreaterThan', threshold: 0 },
    suppression: undefined,
    query,
    queryLines: query.split('\n').map((_, index) => ({ line: index + 1, column: 1 })),
    tactics: [],
    techniques: [],
    entityMappings: [],
    customDetails: {},
    alert: { properties: [] },
    grouping: 'SingleAlert',
    incident: undefined,
    connectors: [],
    tags: [],
    version: '',
    weir: weirDefaults('medium', []),
  };
}

function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
