import { z } from 'zod';
import { needs } from '../model/finding.ts';
import { ticksOfDuration } from './duration.ts';

/** Null in YAML (`tactics:` and nothing after it) is an absent key. */
function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

const text = z.string().trim().min(1);

const duration = z.string().transform((written, context) => {
  const ticks = ticksOfDuration(written);
  if (ticks === undefined) {
    context.addIssue({ code: 'custom', message: `${written} is no duration; write 5m, 1h or 1d` });
    return z.NEVER;
  }
  return ticks;
});

/** One of some words, in capitals or not, as Microsoft's reader takes them. */
function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.string().transform((written, context): Words[number] => {
    const found = words.find((each) => each.toLowerCase() === written.trim().toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `${written} is none of ${words.join(', ')}` });
    return z.NEVER;
  });
}

const severity = word(['Informational', 'Low', 'Medium', 'High']).transform(
  (written) => (({ Informational: 'informational', Low: 'low', Medium: 'medium', High: 'high' }) as const)[written],
);

const operators = { gt: 'GreaterThan', lt: 'LessThan', eq: 'Equal', ne: 'NotEqual' } as const;
const operator = word(['gt', 'lt', 'eq', 'ne', 'GreaterThan', 'LessThan', 'Equal', 'NotEqual']).transform((written) =>
  written in operators
    ? operators[written as keyof typeof operators]
    : (written as (typeof operators)[keyof typeof operators]),
);

const threshold = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,9}$/, 'a threshold is a number')
      .transform(Number),
  ],
  'a whole number, 0 or more, is expected here',
);

/** Published rules have mappings that are not whole, as where a key is misspelt; what is left of them stands. */
const entityMappings = z
  .array(
    z.looseObject({
      entityType: text,
      fieldMappings: z.array(z.looseObject({ identifier: optional(text), columnName: optional(text) })),
    }),
  )
  .transform((mappings) =>
    mappings.flatMap(({ entityType, fieldMappings }) => {
      const whole = fieldMappings.flatMap(({ identifier, columnName }) =>
        identifier === undefined || columnName === undefined ? [] : [{ identifier, columnName }],
      );
      return whole.length > 0 ? [{ entityType, fieldMappings: whole }] : [];
    }),
  );

const alertDetails = z.looseObject({
  alertDisplayNameFormat: optional(z.string()),
  alertDescriptionFormat: optional(z.string()),
  alertSeverityColumnName: optional(z.string()),
  alertTacticsColumnName: optional(z.string()),
  alertDynamicProperties: optional(z.array(z.looseObject({ alertProperty: text, value: text }))),
});

const flag = optional(z.boolean());
const names = optional(z.array(z.string()));
const incident = z.looseObject({
  createIncident: flag,
  groupingConfiguration: optional(
    z.looseObject({
      enabled: flag,
      reopenClosedIncident: flag,
      lookbackDuration: optional(duration),
      matchingMethod: optional(word(['AllEntities', 'AnyAlert', 'Selected'])),
      groupByEntities: names,
      groupByAlertDetails: names,
      groupByCustomDetails: names,
    }),
  ),
});

const points = z.int().min(-100).max(100);

const weir = z.strictObject({
  confidence: z.enum(['low', 'medium', 'high']).default('medium'),
  finding: z.strictObject({ key: z.array(text).min(1).optional(), quiet: duration.optional() }).default({}),
  lateness: duration.optional(),
  status: z.enum(['experimental', 'stable']).default('experimental'),
  guide: text.optional(),
  score: z
    .strictObject({
      base: z.int().min(0).max(100),
      add: z.array(z.strictObject({ because: text, when: text, points })).default([]),
    })
    .optional(),
  needs: z.array(z.union([z.enum(needs), z.array(z.enum(needs)).min(2)])).default([]),
  falsePositives: z.array(text).default([]),
  mends: z.array(z.int().min(1)).default([]),
});

const common = {
  id: z.guid(),
  name: text,
  description: optional(z.string()),
  severity,
  query: text,
  tactics: optional(z.array(text)),
  relevantTechniques: optional(
    z.array(
      z
        .string()
        .trim()
        .regex(/^T\d{4}(\.\d{3})?$/, 'a technique is T1567 or T1567.002'),
    ),
  ),
  tags: optional(z.array(z.unknown())),
  requiredDataConnectors: optional(z.array(z.looseObject({ connectorId: text, dataTypes: names }))),
  entityMappings: optional(entityMappings),
  sentinelEntitiesMappings: optional(z.array(z.looseObject({ columnName: text }))),
  customDetails: optional(z.record(z.string(), text)),
  eventGroupingSettings: optional(
    z.looseObject({ aggregationKind: optional(word(['SingleAlert', 'AlertPerResult'])) }),
  ),
  alertDetailsOverride: optional(alertDetails),
  suppressionEnabled: flag,
  suppressionDuration: optional(duration),
  incidentConfiguration: optional(incident),
  // `version: 1.0` is a number to YAML.
  version: optional(z.union([z.string(), z.number().transform(String)])),
  weir: optional(weir),
};

/** Files of the format's first years have no `kind`; all rules were scheduled then. Some write it small. */
function withKind(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { kind, queryFrequency } = value as Readonly<Record<string, unknown>>;
  if (kind === undefined || kind === null)
    return queryFrequency === undefined ? value : { ...value, kind: 'Scheduled' };
  const known = ['Scheduled', 'NRT'].find((each) => each.toLowerCase() === String(kind).trim().toLowerCase());
  return known === undefined ? value : { ...value, kind: known };
}

/** Analytics rules in Sentinel's format. Keys that Weir makes no use of are let pass, as the format has grown and
 *  grows; Weir's own section is strict. */
export const ruleFile = z.preprocess(
  withKind,
  z.discriminatedUnion(
    'kind',
    [
      z.looseObject({
        ...common,
        kind: z.literal('Scheduled'),
        queryFrequency: duration,
        queryPeriod: duration,
        triggerOperator: operator,
        triggerThreshold: threshold,
      }),
      z.looseObject({ ...common, kind: z.literal('NRT') }),
    ],
    { error: 'Weir reads rules of the kinds Scheduled and NRT, which have a query' },
  ),
);

export type RuleFile = z.output<typeof ruleFile>;
