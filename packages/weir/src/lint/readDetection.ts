import type { RuleFacts } from '@weir/kql';
import { UserError } from '../model/userError.ts';
import { ticksOfDuration } from '../rules/duration.ts';
import { type Position, parseYaml, type YamlDocument } from '../yaml/yamlDocument.ts';

/** A file as lint reads it: leniently, so that a rule which Weir would not run is looked at all the same. */
export type Detection =
  | { readonly kind: 'query'; readonly query: string; readonly lines: readonly Position[] }
  | {
      readonly kind: 'rule';
      /** The file's value, of any shape. */
      readonly value: unknown;
      readonly query: string;
      /** Where each line of the query begins in the file. */
      readonly lines: readonly Position[];
      readonly facts: RuleFacts;
      readonly hasWeirSection: boolean;
      position(place: readonly PropertyKey[]): Position;
    }
  | {
      readonly kind: 'unreadable';
      readonly problem: Problem;
      /** It is YAML without a query: something else, of which folders have plenty. */
      readonly isOther: boolean;
    };

export interface Problem extends Position {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** A rule on standard input, which has no name to tell it by: no line of KQL begins like this. */
const isRule = /^query\s*:/m;

export function readDetection(path: string, text: string): Detection {
  if (text.includes('\0')) return unreadable('the file is no text', 'Name a file of KQL or YAML, in UTF-8.', false);
  if (!/\.ya?ml$/.test(path) && !(path === '-' && isRule.test(text))) {
    const query = text.replace(/^\uFEFF/, '');
    if (query.trim() === '') return unreadable('the file holds no query', 'Write one query.', false);
    return { kind: 'query', query, lines: [] };
  }
  try {
    return ofRule(parseYaml(path, text));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'unreadable', problem: problemOf(error), isOther: false };
  }
}

/** A user's error with its place in the file as numbers. */
export function problemOf({ code, message, advice, place }: UserError): Problem {
  const [, line, column] = /:(\d+):(\d+)$/.exec(place) ?? [];
  return { code, message, fix: advice, line: Number(line ?? 1), column: Number(column ?? 1) };
}

function unreadable(message: string, fix: string, isOther: boolean): Detection {
  return { kind: 'unreadable', problem: { code: 'RULE_INVALID', message, fix, line: 1, column: 1 }, isOther };
}

function ofRule(document: YamlDocument): Detection {
  const value = asMap(document.value);
  const { query } = value;
  if (typeof query !== 'string' || query.trim() === '') {
    return unreadable(
      'there is no query',
      "A rule has its KQL under `query`, as Sentinel's rules do.",
      query === undefined,
    );
  }
  const lines = document.linesOf(['query'], query);
  const hasWeirSection = value.weir !== undefined && value.weir !== null;
  const position = (place: readonly PropertyKey[]) => document.position(place);
  return { kind: 'rule', value, query, lines, facts: factsOf(value), hasWeirSection, position };
}

function factsOf(rule: Readonly<Record<string, unknown>>): RuleFacts {
  const [frequency, period] = [rule.queryFrequency, rule.queryPeriod].map((written) =>
    typeof written === 'string' ? ticksOfDuration(written) : undefined,
  );
  const grouping = asMap(asMap(rule.incidentConfiguration).groupingConfiguration);
  const deduplicated = rule.weir !== undefined || grouping.enabled === true || rule.suppressionEnabled === true;
  const named = [rule.name, rule.description, ...asList(rule.tactics), ...asList(rule.relevantTechniques)].join(' ');
  return {
    ...(frequency === undefined ? {} : { frequency }),
    ...(period === undefined ? {} : { period }),
    nearRealTime: rule.kind === 'NRT',
    deduplicated,
    exfiltration: /exfil|T1567|T1048|T1041|T1537|upload/i.test(named),
    wanted: wantedOf(rule),
  };
}

function wantedOf(rule: Readonly<Record<string, unknown>>): NonNullable<RuleFacts['wanted']> {
  const entities = asList(rule.entityMappings).flatMap((mapping, index) =>
    asList(asMap(mapping).fieldMappings).map((field, at) => ({
      column: asMap(field).columnName,
      what: `the entity ${String(asMap(mapping).entityType ?? '')}`.trim(),
      place: ['entityMappings', index, 'fieldMappings', at, 'columnName'],
    })),
  );
  const details = Object.entries(asMap(rule.customDetails)).map(([name, column]) => ({
    column,
    what: `the custom detail ${name}`,
    place: ['customDetails', name],
  }));
  const keys = asList(asMap(asMap(rule.weir).finding).key).map((column, index) => ({
    column,
    what: "the finding's key",
    place: ['weir', 'finding', 'key', index],
  }));
  return [...entities, ...details, ...alertsWanted(rule), ...keys].flatMap(({ column, ...rest }) =>
    typeof column === 'string' ? [{ column, ...rest }] : [],
  );
}

/** Columns that the alert's words are made of. */
function alertsWanted(rule: Readonly<Record<string, unknown>>) {
  const override = asMap(rule.alertDetailsOverride);
  const formats = ['alertDisplayNameFormat', 'alertDescriptionFormat'].flatMap((name) =>
    [...String(override[name] ?? '').matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, column]) => [name, column] as const),
  );
  const columns = ['alertSeverityColumnName', 'alertTacticsColumnName'].map((name) => [name, override[name]] as const);
  const properties = asList(override.alertDynamicProperties).map((property, index) => ({
    column: asMap(property).value,
    what: `the alert's ${String(asMap(property).alertProperty ?? 'property')}`,
    place: ['alertDetailsOverride', 'alertDynamicProperties', index, 'value'],
  }));
  const named = [...formats, ...columns].map(([name, column]) => ({
    column,
    what: `the alert's ${name}`,
    place: ['alertDetailsOverride', name],
  }));
  return [...named, ...properties];
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
