import { z } from 'zod';
import { isoToTicks } from '../detect/isoTime.ts';
import { type Finding, severities } from '../model/finding.ts';
import { ticksToIso } from '../report/format.ts';
import { isWithin, type Range, rangeOf, wholeOf } from './range.ts';
import type { Check } from './ruleTest.ts';

/** How a field is written in a test, and what that asks of a finding. */
interface Field {
  readonly schema: z.ZodType<FieldCheck>;
}

type FieldCheck = (field: string) => Check;

/** A text, as it is. */
function text(of: (finding: Finding) => string): Field {
  return word(z.string(), of);
}

function oneOf(words: readonly string[], of: (finding: Finding) => string): Field {
  return word(z.enum(words), of);
}

function word(schema: z.ZodType<string>, of: (finding: Finding) => string): Field {
  return {
    schema: schema.transform(
      (expected) =>
        (field: string): Check => ({
          field,
          expected: quoted(expected),
          holds: (finding) => of(finding) === expected,
          found: (finding) => quoted(of(finding)),
        }),
    ),
  };
}

/** Parts of one text or of one text among several: one part, or a list of them. */
function parts(of: (finding: Finding) => readonly string[]): Field {
  const lacks = (expected: readonly string[], finding: Finding) =>
    expected.filter((part) => !of(finding).some((whole) => whole.includes(part)));
  return {
    schema: z
      .union([z.string(), z.array(z.string()).min(1)], 'a text, or a list of them, is expected here')
      .transform((written) => (field: string): Check => {
        const expected = typeof written === 'string' ? [written] : written;
        return {
          field,
          expected: `with ${expected.map(quoted).join(', ')}`,
          holds: (finding) => lacks(expected, finding).length === 0,
          found: (finding) => of(finding).map(quoted).join(', ') || 'nothing',
        };
      }),
  };
}

/** Texts in any order, all of them and no other. */
function all(of: (finding: Finding) => readonly string[]): Field {
  return {
    schema: z.array(z.string()).transform(
      (written) =>
        (field: string): Check => ({
          field,
          expected: listed(written),
          holds: (finding) => isSame(of(finding), written),
          found: (finding) => listed(of(finding)),
        }),
    ),
  };
}

/** Lists of texts by name: of those that are named all, in any order; what is not named may be anything. */
function lists(of: (finding: Finding) => Readonly<Record<string, readonly string[]>>): Field {
  const schema = z.record(z.string(), z.union([z.string().transform((one) => [one]), z.array(z.string())]));
  return {
    schema: schema.transform((written) => (field: string): Check => {
      const said = (finding: Finding, name: string) => of(finding)[name] ?? [];
      const show = (values: (name: string) => readonly string[]) =>
        Object.keys(written)
          .map((name) => `${name} ${listed(values(name))}`)
          .join(', ');
      return {
        field,
        expected: show((name) => written[name] ?? []),
        holds: (finding) => Object.entries(written).every(([name, values]) => isSame(values, said(finding, name))),
        found: (finding) => show((name) => said(finding, name)),
      };
    }),
  };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify([...some].sort()) === JSON.stringify([...others].sort());
}

const wholeForm = 'a whole number or a range of them is expected here: 70, 70..90, 70.. or ..90';

/** A whole number, or a range. */
function whole(of: (finding: Finding) => number): Field {
  return { schema: wholeRange.transform(ranged((finding) => BigInt(of(finding)), String)) };
}

/** The same, or null: unknown, which is not zero. */
function bytes(of: (finding: Finding) => bigint | null): Field {
  const unknown = z.null().transform(
    () =>
      (field: string): Check => ({
        field,
        expected: 'unknown',
        holds: (finding) => of(finding) === null,
        found: (finding) => String(of(finding) ?? 'unknown'),
      }),
  );
  return { schema: z.union([unknown, wholeRange.transform(ranged(of, String))], `${wholeForm}, or null for unknown`) };
}

const wholeRange = z.union([z.int().min(0), z.string()], wholeForm).transform((written, context): Range => {
  const range = rangeOf(String(written), wholeOf);
  if (range !== undefined) return range;
  context.addIssue({ code: 'custom', message: wholeForm });
  return z.NEVER;
});

const momentForm = 'a moment or a range of them is expected here: 2026-03-02T09:00:00Z, or two with .. between';

/** A moment, or a range of them. */
function moment(of: (finding: Finding) => bigint): Field {
  const written = z.string(momentForm).transform((text, context): Range => {
    const range = rangeOf(text, isoToTicks);
    if (range !== undefined) return range;
    context.addIssue({ code: 'custom', message: momentForm });
    return z.NEVER;
  });
  return { schema: written.transform(ranged(of, ticksToIso)) };
}

function ranged(of: (finding: Finding) => bigint | null, show: (value: bigint) => string) {
  return (range: Range): FieldCheck =>
    (field) => ({
      field,
      expected: shownRange(range, show),
      holds: (finding) => {
        const value = of(finding);
        return value !== null && isWithin(range, value);
      },
      found: (finding) => {
        const value = of(finding);
        return value === null ? 'unknown' : show(value);
      },
    });
}

function shownRange({ min, max }: Range, show: (value: bigint) => string): string {
  if (min === undefined) return max === undefined ? 'anything' : `at most ${show(max)}`;
  if (max === undefined) return `at least ${show(min)}`;
  return min === max ? show(min) : `${show(min)} to ${show(max)}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function listed(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}

/** Everything that a test may ask of a finding, by the name that it has in tests.yaml. */
export const fields = {
  title: parts(({ title }) => [title]),
  description: parts(({ description = '' }) => [description]),
  details: lists(({ details = {} }) => details),
  device: text(({ entities }) => entities.device),
  account: text(({ entities }) => entities.account),
  accountDomain: text(({ entities }) => entities.accountDomain),
  process: text(({ entities }) => entities.process),
  processFolder: text(({ entities }) => entities.processFolder),
  processSha256: text(({ entities }) => entities.processSha256),
  parentProcess: text(({ entities }) => entities.parentProcess),
  commandLine: parts(({ entities }) => [entities.commandLine]),
  destination: text(({ entities }) => entities.destination),
  service: text(({ service }) => service),
  services: all(({ services }) => services),
  category: text(({ category }) => category),
  severity: oneOf(severities, ({ severity }) => severity),
  score: whole(({ score }) => score),
  confidence: oneOf(['low', 'medium', 'high'], ({ confidence }) => confidence),
  because: parts(({ reasons }) => reasons),
  tactics: all(({ tactics }) => tactics),
  techniques: all(({ techniques }) => techniques),
  firstSeen: moment(({ firstSeen }) => firstSeen),
  lastSeen: moment(({ lastSeen }) => lastSeen),
  bytesSent: bytes(({ bytesSent }) => bytesSent),
  bytesReceived: bytes(({ bytesReceived }) => bytesReceived),
  bytesKnown: whole(({ bytesKnown }) => bytesKnown),
  bytesSources: all(({ bytesSources }) => bytesSources),
  connections: whole(({ connections }) => connections),
  evidence: whole(({ evidence }) => evidence.count),
} as const satisfies Readonly<Record<string, Field>>;
