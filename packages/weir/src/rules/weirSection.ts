import type { Severity } from '../model/finding.ts';
import type { YamlDocument } from '../yaml/yamlDocument.ts';
import { entityKey } from './entityKey.ts';
import { baseScore } from './finding.ts';
import type { EntityMapping, WeirSection } from './rule.ts';
import type { RuleFile } from './schema.ts';

const hour = 36_000_000_000n;
const defaultKey = ['DeviceName', 'InitiatingProcessFileName', 'Service'];

/** What holds where a rule has no `weir` section. */
export function weirDefaults(severity: Severity, mappings: readonly EntityMapping[]): WeirSection {
  return {
    confidence: 'medium',
    finding: { key: entityKey(mappings) ?? defaultKey, keyIsOwn: false, quiet: 24n * hour },
    lateness: 7n * 24n * hour,
    status: 'experimental',
    score: { base: baseScore[severity], add: [] },
    needs: [],
    falsePositives: [],
    mends: [],
  };
}

/** A rule's `weir` section, with its defaults filled in. One that has a section is Weir's own: its key is not taken from
 *  what it maps for others. */
export function weirSection(document: YamlDocument, { weir, severity, entityMappings }: RuleFile): WeirSection {
  const defaults = weirDefaults(severity, weir === undefined ? (entityMappings ?? []) : []);
  if (weir === undefined) return defaults;
  const { confidence, finding, status, needs, falsePositives, mends } = weir;
  const at = (index: number) => document.position(['weir', 'score', 'add', index, 'when']);
  return {
    confidence,
    finding: {
      key: finding.key ?? defaults.finding.key,
      keyIsOwn: finding.key !== undefined,
      quiet: finding.quiet ?? defaults.finding.quiet,
    },
    lateness: weir.lateness ?? defaults.lateness,
    status,
    score: {
      base: weir.score?.base ?? defaults.score.base,
      add: (weir.score?.add ?? []).map((term, index) => ({ ...term, at: at(index) })),
    },
    needs,
    falsePositives,
    mends,
  };
}
