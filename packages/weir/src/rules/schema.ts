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

const severity = z
  .enum(['Informational', 'Low', 'Medium', 'High'])
  .transform(
    (word) => (({ Informational: 'informational', Low: 'low', Medium: 'medium', High: 'high' }) as const)[word],
  );

const operators = {
  gt: 'GreaterThan',
  lt: 'LessThan',
  eq: 'Equal',
  ne: 'NotEqual',
  GreaterThan: 'GreaterThan',
  LessThan: 'LessThan',
  Equal: 'Equal',
  NotEqual: 'NotEqual',
} as const;
const operator = z.enum(Object.keys(operators) as [keyof typeof operators]).transform((word) => operators[word]);

const entityMapping = z.object({
  entityType: text,
  fieldMappings: z.array(z.object({ identifier: text, columnName: text })).min(1),
});

const points = z.int().min(-100).max(100);

const weir = z.strictObject({
  confidence: z.enum(['low', 'medium', 'high']).default('medium'),
  finding: z.strictObject({ key: z.array(text).min(1).optional(), quiet: duration.optional() }).default({}),
  lateness: duration.optional(),
  status: z.enum(['experimental', 'stable']).default('experimental'),
  score: z
    .strictObject({
      base: z.int().min(0).max(100),
      add: z.array(z.strictObject({ because: text, when: text, points })).default([]),
    })
    .optional(),
  needs: z.array(z.enum(needs)).default([]),
  falsePositives: z.array(text).default([]),
  mends: z.array(z.int().min(1)).default([]),
});

const common = {
  id: z.guid(),
  name: text,
  description: text,
  severity,
  query: text,
  tactics: optional(z.array(text)),
  relevantTechniques: optional(z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'a technique is T1567 or T1567.002'))),
  entityMappings: optional(z.array(entityMapping)),
  customDetails: optional(z.record(z.string(), text)),
  suppressionEnabled: optional(z.boolean()),
  suppressionDuration: optional(duration),
  // `version: 1.0` is a number to YAML.
  version: optional(z.union([z.string(), z.number().transform(String)])),
  weir: optional(weir),
};

/** Analytics rules in Sentinel's format. Keys that Weir makes no use of are let pass, as the format has grown and
 *  grows; Weir's own section is strict. */
export const ruleFile = z.discriminatedUnion('kind', [
  z.looseObject({
    ...common,
    kind: z.literal('Scheduled'),
    queryFrequency: duration,
    queryPeriod: duration,
    triggerOperator: operator,
    triggerThreshold: z.int().min(0),
  }),
  z.looseObject({ ...common, kind: z.literal('NRT') }),
]);

export type RuleFile = z.output<typeof ruleFile>;
