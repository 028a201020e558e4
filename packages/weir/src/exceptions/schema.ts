import { ticksPerSecond, unixEpochTicks } from '@weir/kql/types';
import { z } from 'zod';
import { map } from '../yaml/map.ts';

const text = z.string().trim().min(1, 'say something here');

/** `2026-03-12` (its first moment) or `2026-03-12T10:00:00Z`, to ticks. */
const moment = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'a day or a moment is expected here: 2026-03-12 or 2026-03-12T10:00:00Z',
  )
  .transform((written) => BigInt(Date.parse(written)) * (ticksPerSecond / 1000n) + unixEpochTicks);

const names = z.union([text, z.array(text).min(1)], "a rule's id or name is expected here, a list of them, or all");

export const exceptionsFile = map({
  exceptions: z.array(
    map({
      id: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'an id is one word of letters, digits, dots and dashes'),
      name: text,
      rule: names.transform((written) => (typeof written === 'string' ? [written] : written)),
      when: text,
      owner: text,
      reason: text,
      created: moment,
      expires: moment,
      override: map({ reason: text, by: text }).optional(),
    }),
  ),
});

const story = map({
  device: text.optional(),
  account: text.optional(),
  process: text.optional(),
  destination: text.optional(),
  service: text.optional(),
});

export const verdictsFile = map({
  verdicts: z.array(
    map({
      verdict: z.enum(['true-positive', 'benign', 'false-match']),
      finding: text.optional(),
      rule: text.optional(),
      entities: story.optional(),
      time: moment.optional(),
      by: text.optional(),
      note: text.optional(),
    }),
  ),
});
