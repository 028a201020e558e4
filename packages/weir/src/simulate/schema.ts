import { z } from 'zod';
import { readAmount, writtenAs } from './amounts.ts';

const text = z.string().trim().min(1);
const line = text.regex(/^[^\r\n]*$/, 'stands on one line');
const word = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is lower-case letters, digits and hyphens');

/** An amount as it is written, or the placeholder of a parameter that holds one; two of them are a range, from which each
 *  use draws anew. */
function amount(kind: 'size' | 'duration' | 'count') {
  const one = z
    .union([z.string(), z.number().transform(String)])
    .refine(
      (written) => /^\$\{[a-z][a-z0-9-]*\}$/.test(written) || readAmount(kind, written) !== undefined,
      `write ${writtenAs[kind]}, or a parameter as \${name}`,
    );
  return z.union([one, z.tuple([one, one])], `write ${writtenAs[kind]}, or two of them as [least, most]`);
}

const when = {
  /** From the end of the step before. */
  after: amount('duration').optional(),
  /** From the beginning of the scenario, whatever the steps before take. */
  at: amount('duration').optional(),
};

const start = z.strictObject({
  id: word,
  file: line,
  folder: line,
  /** Of the version resource, which a renamed file keeps; the file's name where absent. */
  original: line.optional(),
  company: line.optional(),
  product: line.optional(),
  description: line.optional(),
  /** The id of a process started before, else a file name. */
  parent: line.optional(),
  command: line,
  /** `user`, `system`, or the name of an account of the device's own. */
  account: line.default('user'),
  elevated: z.boolean().default(false),
  ...when,
});

const http = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('POST'),
  path: line,
  agent: line,
  type: line.default('application/json'),
  status: z.int().min(100).max(599).default(200),
});

const connect = z
  .strictObject({
    by: word,
    /** Each connection is of a process of its own, started like the one that `by` names. */
    anew: z.boolean().default(false),
    /** Host names, taken in turn. */
    to: z.union([line, z.array(line).min(1)]).optional(),
    /** Where a service has published addresses, or there is no name. */
    address: z.union([z.ipv4(), z.array(z.ipv4()).min(1)]).optional(),
    port: amount('count').optional(),
    as: z.enum(['tls', 'quic', 'http', 'opaque']).default('tls'),
    outcome: z.enum(['accepted', 'refused', 'silent', 'cut']).default('accepted'),
    /** Bytes of one connection. */
    sent: amount('size').optional(),
    /** Bytes of all of them. */
    total: amount('size').optional(),
    received: amount('size').default('900 B'),
    lasting: amount('duration').optional(),
    /** Bytes a second of one connection. */
    rate: amount('size').optional(),
    times: amount('count').default('1'),
    /** From beginning to beginning; one after the other where absent. */
    every: amount('duration').optional(),
    /** How many run at once. */
    lanes: amount('count').default('1'),
    http: http.optional(),
    ...when,
  })
  .refine(({ to, address }) => to !== undefined || address !== undefined, 'a connection goes to a host or an address')
  .refine(({ sent, total }) => (sent === undefined) !== (total === undefined), 'either sent or total is given')
  .refine(({ lasting, rate }) => lasting === undefined || rate === undefined, 'lasting and rate exclude each other')
  .refine(({ as, http }) => (as === 'http') === (http !== undefined), 'http stands with `as: http`, and only there');

const write = z.strictObject({ by: word, path: line, size: amount('size'), ...when });

const step = z
  .strictObject({ start: start.optional(), connect: connect.optional(), write: write.optional() })
  .refine((given) => Object.values(given).filter(Boolean).length === 1, 'a step is one of start, connect and write');

const described = { description: line.optional() };
const numeric = (kind: 'size' | 'duration' | 'count') => {
  const one = z
    .union([z.string(), z.number().transform(String)])
    .refine((written) => readAmount(kind, written) !== undefined, `write ${writtenAs[kind]}`);
  return z.strictObject({ ...described, kind: z.literal(kind), default: one, range: z.tuple([one, one]) });
};

const parameter = z.discriminatedUnion('kind', [
  numeric('size'),
  numeric('duration'),
  numeric('count'),
  z.strictObject({ ...described, kind: z.literal('text'), default: line, choices: z.array(line).min(1) }),
  /** Texts that belong together, taken as `${name.fact}`. */
  z.strictObject({
    ...described,
    kind: z.literal('variant'),
    default: word,
    choices: z.record(word, z.record(word, line)),
  }),
]);

const technique = z.enum(['T1567', 'T1567.001', 'T1567.002', 'T1567.003', 'T1567.004']);

export const scenarioFile = z
  .strictObject({
    name: word,
    title: line,
    technique,
    /** Procedures that it stands for: group or tool, its id, the technique. */
    covers: z.array(line).default([]),
    /** Atomic tests by technique and number. */
    atomics: z
      .array(z.string().regex(/^T1567(\.00[1-4])? #\d+$/, 'an atomic test is written T1567.004 #1'))
      .default([]),
    description: text,
    /** Why there is nothing to write: no endpoint and no network sensor sees it. */
    refused: text.optional(),
    parameters: z.record(word, parameter).default({}),
    device: z
      .strictObject({
        role: line.default('workstation'),
        system: z.enum(['windows', 'linux', 'macos']).default('windows'),
      })
      .prefault({}),
    steps: z.array(step).default([]),
  })
  .refine(
    ({ refused, steps }) => (refused === undefined) === steps.length > 0,
    'a scenario has steps, or says why not',
  );

export type ScenarioFile = z.output<typeof scenarioFile>;
export type Parameter = z.output<typeof parameter>;
export type StartStep = z.output<typeof start>;
export type ConnectStep = z.output<typeof connect>;
/** One or two written amounts. */
export type Written = string | readonly [string, string];
