import { z } from '@hono/zod-openapi';
import { ticksPerSecond, unixEpochTicks } from '@weir/kql/types';
import { ticksToIso } from '../report/format.ts';
import { jsonLong } from '../report/harmless.ts';

/** A moment as the API tells it: ISO 8601 in UTC with seven decimals. */
export const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/)
  .openapi({ format: 'date-time', example: '2026-03-12T10:00:00.0000000Z' });

/** A whole number; beyond 2^53 a text, so that no digit is lost. */
export const long = z.union([z.int(), z.string().regex(/^-?\d+$/)]);

/** A moment as a person or a program writes it, to ticks. */
export const givenMoment = z.iso
  .datetime({ offset: true, error: 'a moment like 2026-03-12T10:00:00Z is expected here' })
  .transform((written, context) => {
    const [, fraction = ''] = /\.(\d+)/.exec(written) ?? [];
    const milliseconds = Date.parse(written.replace(/\.\d+/, ''));
    if (Number.isNaN(milliseconds) || fraction.length > 7) {
      context.addIssue({ code: 'custom', message: `${written} is not a moment` });
      return z.NEVER;
    }
    return BigInt(milliseconds / 1000) * ticksPerSecond + BigInt(fraction.padEnd(7, '0')) + unixEpochTicks;
  })
  .openapi({ type: 'string', format: 'date-time' });

/** A whole number as a URL says it: digits, and nothing that only becomes a number when it is forced to. */
export function integer({
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
}: {
  readonly min?: number;
  readonly max?: number;
} = {}) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'a whole number is expected here')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .openapi({ type: 'integer', minimum: min, maximum: max });
}

/** A page's size and where it begins: what the page before gave as `next`. */
export const paging = {
  limit: integer({ min: 1, max: 500 }).default(100),
  cursor: z.string().max(500).optional(),
};

export const told = ticksToIso;

export function toldOrNull(ticks: bigint | null): string | null {
  return ticks === null ? null : ticksToIso(ticks);
}

export function longOrNull(n: bigint | null): number | string | null {
  return n === null ? null : jsonLong(n);
}

/** Ticks as seconds. */
export function seconds(ticks: bigint): number {
  return Number(ticks) / Number(ticksPerSecond);
}

/** Without keys that say nothing. */
export function defined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never;
}
