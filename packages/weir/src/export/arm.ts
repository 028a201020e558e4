import type { Rule } from '../rules/rule.ts';
import { isoDuration } from './durations.ts';
import type { ExportedQuery } from './query.ts';
import { sentinelRule } from './sentinel.ts';

const apiVersion = '2023-12-01-preview';
const provider = 'Microsoft.OperationalInsights/workspaces/providers';

/** Sentinel rules as one ARM deployment template. */
export function armTemplate(rules: readonly { readonly rule: Rule; readonly query: ExportedQuery }[]) {
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { workspace: { type: 'String' } },
    resources: rules.map(({ rule, query }) => resourceOf(rule, query)),
  };
}

function resourceOf(rule: Rule, query: ExportedQuery) {
  const yaml = sentinelRule(rule, query, isoDuration);
  const workspace = `resourceId('${provider}', parameters('workspace'), 'Microsoft.SecurityInsights')`;
  const isSub = (technique: string) => technique.includes('.');
  const techniques = rule.techniques.map((technique) => technique.slice(0, 5));
  return {
    id: `[concat(${workspace},'/alertRules/${rule.id}')]`,
    name: `[concat(parameters('workspace'),'/Microsoft.SecurityInsights/${rule.id}')]`,
    type: `${provider}/alertRules`,
    kind: rule.kind,
    apiVersion,
    properties: literal({
      displayName: yaml.name,
      description: yaml.description,
      enabled: true,
      severity: yaml.severity,
      query: yaml.query,
      queryFrequency: yaml.queryFrequency,
      queryPeriod: yaml.queryPeriod,
      triggerOperator: rule.kind === 'Scheduled' ? rule.trigger.operator : undefined,
      triggerThreshold: yaml.triggerThreshold,
      suppressionEnabled: rule.suppression !== undefined,
      suppressionDuration: yaml.suppressionDuration ?? 'PT5H',
      tactics: yaml.tactics,
      techniques: [...new Set(techniques)],
      subTechniques: rule.techniques.filter(isSub),
      entityMappings: yaml.entityMappings,
      customDetails: yaml.customDetails,
      eventGroupingSettings: yaml.eventGroupingSettings,
      alertDetailsOverride: yaml.alertDetailsOverride,
      incidentConfiguration: yaml.incidentConfiguration,
      templateVersion: yaml.version,
    }),
  };
}

/** A value whose texts stand for themselves: one that begins with a bracket is an expression to ARM, unless it begins with
 *  two. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('[') ? `[${value}` : value;
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literal(each)]));
}
