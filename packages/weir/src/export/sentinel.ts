import type { Severity } from '../model/finding.ts';
import type { IncidentSettings, Rule } from '../rules/rule.ts';
import { describedWith, notesOf } from './notes.ts';
import type { ExportedQuery } from './query.ts';

export const severityWord: Readonly<Record<Severity, string>> = {
  informational: 'Informational',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
};

const operators = { GreaterThan: 'gt', LessThan: 'lt', Equal: 'eq', NotEqual: 'ne' } as const;

/** A rule as the keys of Sentinel's YAML in their customary order; absent ones are undefined. `duration` writes ticks. */
export function sentinelRule(rule: Rule, query: ExportedQuery, duration: (ticks: bigint) => string) {
  const { schedule, trigger, suppression } = rule;
  const isScheduled = rule.kind === 'Scheduled' && schedule !== null;
  return {
    id: rule.id,
    name: rule.name,
    description: describedWith(rule.description, notesOf(rule, query, 'Sentinel')),
    severity: severityWord[rule.severity],
    requiredDataConnectors: rule.connectors,
    queryFrequency: isScheduled ? duration(schedule.frequency) : undefined,
    queryPeriod: isScheduled ? duration(schedule.period) : undefined,
    triggerOperator: isScheduled ? operators[trigger.operator] : undefined,
    triggerThreshold: isScheduled ? trigger.threshold : undefined,
    tactics: rule.tactics,
    relevantTechniques: rule.techniques,
    tags: some(rule.tags),
    query: query.text,
    entityMappings: some(rule.entityMappings),
    customDetails: Object.keys(rule.customDetails).length > 0 ? rule.customDetails : undefined,
    eventGroupingSettings: { aggregationKind: rule.grouping },
    alertDetailsOverride: overrideOf(rule),
    suppressionEnabled: suppression === undefined ? undefined : true,
    suppressionDuration: suppression === undefined ? undefined : duration(suppression),
    incidentConfiguration: rule.incident === undefined ? undefined : incidentOf(rule.incident, duration),
    version: /^\d+\.\d+\.\d+$/.test(rule.version) ? rule.version : '1.0.0',
    kind: rule.kind,
  };
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function overrideOf({ alert }: Rule) {
  const properties = alert.properties.map(({ property, column }) => ({ alertProperty: property, value: column }));
  const override = {
    alertDisplayNameFormat: alert.title,
    alertDescriptionFormat: alert.description,
    alertTacticsColumnName: alert.tacticsColumn,
    alertSeverityColumnName: alert.severityColumn,
    alertDynamicProperties: some(properties),
  };
  return Object.values(override).some((value) => value !== undefined) ? override : undefined;
}

function incidentOf({ createIncident, grouping }: IncidentSettings, duration: (ticks: bigint) => string) {
  if (grouping === undefined) return { createIncident };
  const { lookback, ...same } = grouping;
  return { createIncident, groupingConfiguration: { ...same, lookbackDuration: duration(lookback) } };
}
