import { alertsPerRule, noAlerts } from '../../alert/perRule.ts';
import type { GapInfo, RuleCopy, RuleDesk, RuleDetail, RuleInfo, TechniqueCoverage } from '../../api/parts.ts';
import type { Need } from '../../model/finding.ts';
import { techniqueNames } from '../../model/techniques.ts';
import { UserError } from '../../model/userError.ts';
import type { Rule } from '../../rules/rule.ts';
import { type Gap, gapPage, gapsOf, isLacking } from '../../schedule/gaps.ts';
import { type RuleState, ruleStates } from '../../schedule/ruleState.ts';
import type { Store } from '../../store/store.ts';
import type { Seen } from '../sight.ts';
import { type Stop, setRule, stoppedRules } from './stops.ts';

export interface RuleDeskOptions {
  readonly store: Store;
  /** The rules in force, stopped ones too. */
  readonly rules: () => readonly Rule[];
  /** How many tests stand beside a rule's file. */
  readonly testsOf: (rule: Rule) => Promise<number>;
  /** Copies of shipped rules, by id. */
  readonly copies: () => ReadonlyMap<string, RuleCopy>;
  /** The present, ticks. */
  readonly now: () => bigint;
  /** What the logs of late tell of connections. */
  readonly sight: () => Promise<Seen>;
}

/** Rules, with how each does by what the schedule wrote down. */
export function ruleDesk({ store, rules, copies, testsOf, now, sight }: RuleDeskOptions): RuleDesk {
  const ruleOf = (id: string): Rule => {
    const found = rules().find((rule) => rule.id === id.toLowerCase());
    if (found) return found;
    throw new UserError('RULE_UNKNOWN', id, 'there is no such rule', 'Take an id from the list.');
  };
  const infos = (of: readonly Rule[]): RuleInfo[] => {
    const states = new Map(ruleStates(store).map((state) => [state.rule, state]));
    const stops = stoppedRules(store);
    const gaps = Map.groupBy(gapsOf(store, { open: true }), ({ rule }) => rule);
    const alerts = alertsPerRule(store, now());
    const known = copies();
    return of.map((rule) => ({
      ...copyOf(known.get(rule.id)),
      ...infoOf(rule, states.get(rule.id), stops.get(rule.id), gaps.get(rule.id) ?? []),
      alerts: alerts.get(rule.id) ?? noAlerts,
    }));
  };
  const infoOfOne = (rule: Rule): RuleInfo => {
    const [info] = infos([rule]);
    if (info === undefined) throw new Error(`rule ${rule.id} has no info`);
    return info;
  };
  return {
    list: () => infos(rules()),
    get: (id): RuleDetail => {
      const rule = ruleOf(id);
      const { falsePositives, needs } = rule.weir;
      return { ...infoOfOne(rule), query: rule.query, falsePositives, needs: needs.map(inWords) };
    },
    set: (id, to, act) => {
      const rule = ruleOf(id);
      setRule(store, rule, to, act);
      return infoOfOne(rule);
    },
    gaps: (query) => gapPage(store, query).map(gapInfo),
    coverage: async () => {
      const { sees, ...seen } = await sight();
      const covered = await Promise.all(
        rules().map(async (rule) => ({
          techniques: rule.techniques,
          told: {
            id: rule.id,
            name: rule.name,
            tests: await testsOf(rule),
            needs: rule.weir.needs.map((need) => ({ what: inWords(need), present: sees([need]) > 0 })),
            sees: sees(rule.weir.needs),
          },
        })),
      );
      const named = covered.flatMap((each) => each.techniques);
      const techniques = [...new Set([...Object.keys(techniqueNames), ...named])].toSorted();
      return {
        sight: seen,
        techniques: techniques.map((technique): TechniqueCoverage => {
          const against = covered.filter((each) => each.techniques.includes(technique));
          return { technique, name: techniqueNames[technique] ?? '', rules: against.map(({ told }) => told) };
        }),
      };
    },
  };
}

function copyOf(copy: RuleCopy | undefined): Pick<RuleInfo, 'copy'> {
  return copy === undefined ? {} : { copy };
}

/** One of several is enough. */
function inWords(need: Need | readonly Need[]): string {
  return [need].flat().join(' or ');
}

function infoOf(
  rule: Rule,
  state: RuleState | undefined,
  stop: Stop | undefined,
  open: readonly Gap[],
): Omit<RuleInfo, 'alerts'> {
  const { id, name, version, description, severity, tactics, techniques, schedule } = rule;
  // What retention took is not the rule's failure, and nobody can mend it.
  const lacking = open.find(isLacking);
  const failing = open.find((gap) => gap.reason !== 'retention' && !isLacking(gap));
  return {
    ...{ id, name, version, description, severity, tactics, techniques, schedule },
    status: rule.weir.status,
    ...(stop === undefined ? {} : { stopped: stop }),
    health: {
      state: failing ? 'failed' : lacking ? 'degraded' : 'ok',
      reason: (failing ?? lacking)?.detail ?? (state === undefined && stop === undefined ? 'it has not run yet' : ''),
      lastRun: state?.ranAt ?? null,
      lastTick: state?.looked?.last ?? null,
      took: state?.took ?? null,
      method: state?.method ?? '',
      gaps: open.length,
    },
  };
}

function gapInfo({ openedAt, closedAt, ...gap }: Gap & { readonly id: number }): GapInfo {
  return { ...gap, opened: openedAt, closed: closedAt ?? null };
}
