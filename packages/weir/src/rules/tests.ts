import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { severities } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { checkYaml, type Position, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import type { Rule } from './rule.ts';

/** Rows and what a rule must make of them. */
export interface RuleTest {
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: string;
  readonly at: Position;
  /** One run at this moment (ISO 8601) instead of a replay over the rows' own time. */
  readonly asOf?: string;
  readonly rows: readonly TestRow[];
  /** One for each finding, in any order; empty: the rule stays quiet. */
  readonly expect: readonly ExpectedFinding[];
}

/** Columns of DeviceNetworkEvents: text, numbers, ISO 8601 datetimes, null. */
export type TestRow = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

const code = 'RULE_TEST_INVALID';

const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const row = z.record(z.string(), value);
const score = z.int().min(0).max(100);
const bytes = z.int().min(0);

const expected = z.strictObject({
  device: z.string().optional(),
  account: z.string().optional(),
  process: z.string().optional(),
  destination: z.string().optional(),
  service: z.string().optional(),
  category: z.string().optional(),
  severity: z.enum(severities).optional(),
  scoreAtLeast: score.optional(),
  scoreAtMost: score.optional(),
  bytesSent: bytes.nullable().optional(),
  bytesReceived: bytes.nullable().optional(),
  bytesKnown: bytes.optional(),
  connections: bytes.optional(),
  /** Each must be part of some reason. */
  because: z.array(z.string()).optional(),
});

/** What a test says of a finding; what it does not name may be anything. */
export type ExpectedFinding = z.output<typeof expected>;

const testsFile = z.strictObject({
  /** Columns that every row of the file has, unless it says otherwise. */
  common: row.default({}),
  tests: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        asOf: z.iso.datetime().optional(),
        /** Columns that every row of the test has, unless it says otherwise. */
        common: row.default({}),
        rows: z.array(row).min(1),
        expect: z.array(expected),
      }),
    )
    .min(1),
});

/** The tests beside a rule (`tests.yaml` in its folder); none where there is no such file.
 *  @throws UserError `RULE_TEST_INVALID` or `YAML_INVALID` with file, line and column */
export async function loadRuleTests(rule: Rule): Promise<RuleTest[]> {
  const path = join(dirname(rule.path), 'tests.yaml');
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new UserError('RULE_UNREADABLE', path, `cannot be read (${cause.code ?? cause.message})`, 'Check the path.');
  });
  return text === undefined ? [] : testsOf(parseYaml(path, text));
}

function testsOf(document: YamlDocument): RuleTest[] {
  const file = checkYaml(document, testsFile, code);
  checkColumns(document, ['common'], file.common);
  return file.tests.map((test, index) => {
    const at = ['tests', index];
    checkColumns(document, [...at, 'common'], test.common);
    const rows = test.rows.map((written, number) => {
      checkColumns(document, [...at, 'rows', number], written);
      const whole = { ...file.common, ...test.common, ...written };
      if (typeof whole.Timestamp === 'string') return whole;
      throw invalid(placeOf(document, [...at, 'rows', number]), 'a row without Timestamp');
    });
    const { name, asOf, expect } = test;
    const place = { path: document.path, at: document.position([...at, 'name']) };
    return { name, ...place, ...(asOf === undefined ? {} : { asOf }), rows, expect };
  });
}

const columnNames = new Set(deviceNetworkEvents.stored.map(({ name }) => name));

function checkColumns(document: YamlDocument, at: readonly PropertyKey[], written: TestRow): void {
  const unknown = Object.keys(written).find((name) => !columnNames.has(name));
  if (unknown === undefined) return;
  throw invalid(placeOf(document, [...at, unknown]), `DeviceNetworkEvents stores no column ${unknown}`);
}

function invalid(place: string, message: string): UserError {
  return new UserError(code, place, message, 'Correct the file at this place.');
}
