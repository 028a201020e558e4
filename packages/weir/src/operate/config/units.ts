import { z } from 'zod';

const ticksPerSecond = 10_000_000n;
const secondsOf: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3_600n, d: 86_400n };

/** `90s`, `15m`, `2h` or `90d`, to ticks. */
export const duration = z.string().transform((written, context) => {
  const [, count, unit = ''] = /^(\d{1,6}) ?([smhd])$/.exec(written.trim()) ?? [];
  const seconds = secondsOf[unit];
  if (count !== undefined && seconds !== undefined && BigInt(count) > 0n)
    return BigInt(count) * seconds * ticksPerSecond;
  context.addIssue({ code: 'custom', message: `${written} is no duration; write it like 90s, 15m, 2h or 90d` });
  return z.NEVER;
});

const bytesOf: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `512MiB` or `10GB`, to bytes. */
export const size = z.string().transform((written, context) => {
  const [, count, unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?) ?([KMGT]i?B)$/.exec(written.trim()) ?? [];
  const factor = bytesOf[unit];
  const bytes = Math.round(Number(count) * (factor ?? 0));
  if (count !== undefined && bytes > 0) return bytes;
  context.addIssue({ code: 'custom', message: `${written} is no size; write it like 512MiB or 10GB` });
  return z.NEVER;
});
