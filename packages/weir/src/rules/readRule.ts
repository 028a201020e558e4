import { UserError } from '../model/userError.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { alertRules } from './alertRules.ts';
import { bareQuery } from './bareQuery.ts';
import type { AlertDetails, IncidentSettings, Rule, RuleSchedule } from './rule.ts';
import { type RuleFile, ruleFile } from './schema.ts';
import { weirSection } from './weirSection.ts';

const code = 'RULE_INVALID';
const minute = 600_000_000n;
/** What Sentinel's wizard writes, for the pause after an alert and for how long incidents take further alerts. */
const pauseDefault = 5n * 60n * minute;

/** The one rule of a file's text.
 *  @throws UserError `RULE_INVALID` or `YAML_INVALID` with file, line and column */
export function readRule(path: string, text: string): Rule {
  const [rule, ...more] = readRules(path, text);
  if (rule !== undefined && more.length === 0) return rule;
  throw new UserError(code, path, `the file holds ${more.length + 1} rules`, 'Name a file of one rule.');
}

/** The rules of a file's text: YAML in Sentinel's format, KQL alone where the name ends in `.kql`, or what Sentinel
 *  exports (an ARM template, or its interface's answer), which may hold several.
 *  @throws UserError `RULE_INVALID` or `YAML_INVALID` with file, line and column */
export function readRules(path: string, text: string): Rule[] {
  if (path.endsWith('.kql')) return [bareQuery(path, text)];
  const document = parseYaml(path, text.replace(/^\uFEFF/, ''));
  return (alertRules(document) ?? [document]).map(ruleOf);
}

function ruleOf(document: YamlDocument): Rule {
  const file = checkYaml(document, ruleFile, code);
  return {
    path: document.path,
    id: file.id.toLowerCase(),
    idAt: document.position(['id']),
    kind: file.kind,
    name: file.name,
    description: file.description?.trim() ?? '',
    severity: file.severity,
    schedule: scheduleOf(document, file),
    trigger:
      file.kind === 'NRT'
        ? { operator: 'GreaterThan', threshold: 0 }
        : { operator: file.triggerOperator, threshold: file.triggerThreshold },
    suppression: file.suppressionEnabled === true ? (file.suppressionDuration ?? pauseDefault) : undefined,
    query: file.query,
    queryLines: document.linesOf(['query'], file.query),
    tactics: file.tactics ?? [],
    techniques: file.relevantTechniques ?? [],
    entityMappings: file.entityMappings ?? [],
    customDetails: file.customDetails ?? {},
    alert: alertOf(file.alertDetailsOverride),
    grouping: file.eventGroupingSettings?.aggregationKind ?? 'SingleAlert',
    incident: incidentOf(file.incidentConfiguration),
    connectors: (file.requiredDataConnectors ?? []).map(({ connectorId, dataTypes }) => ({
      connectorId,
      dataTypes: dataTypes ?? [],
    })),
    tags: file.tags ?? [],
    version: file.version ?? '',
    weir: weirSection(document, file),
    ...(file.weir?.guide === undefined ? {} : { guide: file.weir.guide }),
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

function alertOf(written: RuleFile['alertDetailsOverride']): AlertDetails {
  const given = (name: keyof AlertDetails, value: string | undefined) =>
    value === undefined || value.trim() === '' ? {} : { [name]: value };
  return {
    ...given('title', written?.alertDisplayNameFormat),
    ...given('description', written?.alertDescriptionFormat),
    ...given('severityColumn', written?.alertSeverityColumnName),
    ...given('tacticsColumn', written?.alertTacticsColumnName),
    properties: (written?.alertDynamicProperties ?? []).map(({ alertProperty, value }) => ({
      property: alertProperty,
      column: value,
    })),
  };
}

function incidentOf(written: RuleFile['incidentConfiguration']): IncidentSettings | undefined {
  if (written === undefined) return undefined;
  const grouping = written.groupingConfiguration;
  return {
    createIncident: written.createIncident ?? true,
    ...(grouping === undefined
      ? {}
      : {
          grouping: {
            enabled: grouping.enabled ?? false,
            reopenClosedIncident: grouping.reopenClosedIncident ?? false,
            lookback: grouping.lookbackDuration ?? pauseDefault,
            matchingMethod: grouping.matchingMethod ?? 'AllEntities',
            groupByEntities: grouping.groupByEntities ?? [],
            groupByAlertDetails: grouping.groupByAlertDetails ?? [],
            groupByCustomDetails: grouping.groupByCustomDetails ?? [],
          },
        }),
  };
}
