import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { UserError } from '../model/userError.ts';
import { checkYaml, type Position, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { baseScore } from './finding.ts';
import type { Rule, RuleSchedule, WeirSection } from './rule.ts';
import { type RuleFile, ruleFile } from './schema.ts';

const code = 'RULE_INVALID';
const minute = 600_000_000n;
const quietDefault = 24n * 60n * minute;
const latenessDefault = 7n * 24n * 60n * minute;
/** What Sentinel's wizard writes. */
const suppressionDefault = 5n * 60n * minute;
const keyDefault = ['DeviceName', 'InitiatingProcessFileName', 'Service'];

/** A rule from the text of its file: YAML in Sentinel's format, or KQL alone where the name ends in `.kql`.
 *  @throws UserError `RULE_INVALID` or `YAML_INVALID` with file, line and column */
export function readRule(path: string, text: string): Rule {
  return path.endsWith('.kql') ? bareQuery(path, text) : ruleOf(parseYaml(path, text));
}

function ruleOf(document: YamlDocument): Rule {
  const file = checkYaml(document, ruleFile, code);
  return {
    path: document.path,
    id: file.id.toLowerCase(),
    name: file.name,
    description: file.description.trim(),
    severity: file.severity,
    schedule: scheduleOf(document, file),
    trigger:
      file.kind === 'NRT'
        ? { operator: 'GreaterThan', threshold: 0 }
        : { operator: file.triggerOperator, threshold: file.triggerThreshold },
    suppression: file.suppressionEnabled === true ? (file.suppressionDuration ?? suppressionDefault) : undefined,
    query: file.query,
    queryLines: document.linesOf(['query'], file.query),
    tactics: file.tactics ?? [],
    techniques: file.relevantTechniques ?? [],
    entityMappings: file.entityMappings ?? [],
    customDetails: file.customDetails ?? {},
    version: file.version ?? '',
    weir: weirOf(document, file),
  };
}

/** A near-real-time rule runs every minute over what the last minute brought. */
function scheduleOf(document: YamlDocument, file: RuleFile): RuleSchedule {
  if (file.kind === 'NRT') return { frequency: minute, period: minute };
  const { queryFrequency: frequency, queryPeriod: period } = file;
  if (period >= frequency) return { frequency, period };
  const place = placeOf(document, ['queryPeriod']);
  const message = 'queryPeriod is shorter than queryFrequency: the time between would never be looked at';
  throw new UserError(code, place, message, 'Make queryPeriod at least as long as queryFrequency.');
}

function weirOf(document: YamlDocument, file: RuleFile): WeirSection {
  const { weir } = file;
  const at = (index: number): Position => document.position(['weir', 'score', 'add', index, 'when']);
  return {
    confidence: weir?.confidence ?? 'medium',
    finding: { key: weir?.finding.key ?? keyDefault, quiet: weir?.finding.quiet ?? quietDefault },
    lateness: weir?.lateness ?? latenessDefault,
    status: weir?.status ?? 'experimental',
    score: {
      base: weir?.score?.base ?? baseScore[file.severity],
      add: (weir?.score?.add ?? []).map((term, index) => ({ ...term, at: at(index) })),
    },
    needs: weir?.needs ?? [],
    falsePositives: weir?.falsePositives ?? [],
    mends: weir?.mends ?? [],
  };
}

function bareQuery(path: string, text: string): Rule {
  const query = text.replace(/^\uFEFF/, '');
  if (query.trim() === '') {
    throw new UserError(code, path, 'the file holds no query', 'A .kql file holds one query and nothing else.');
  }
  const name = basename(path, '.kql');
  return {
    path,
    id: guidOf(`${name}\n${query}`),
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
    version: '',
    weir: {
      confidence: 'medium',
      finding: { key: keyDefault, quiet: quietDefault },
      lateness: latenessDefault,
      status: 'experimental',
      score: { base: baseScore.medium, add: [] },
      needs: [],
      falsePositives: [],
      mends: [],
    },
  };
}

function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
