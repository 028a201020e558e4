import { type Logger, pino } from 'pino';
import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/userError.ts';

export type { Logger } from 'pino';

/** 100 ns ticks from 0001-01-01 to 1970-01-01. */
const unixEpochTicks = 621_355_968_000_000_000n;

/** Keys under which a secret could come along by mistake. */
const secretKeys = ['password', 'secret', 'token', 'authorization', 'cookie'];

/** A log of JSON lines with `time` (ISO 8601, UTC), `level` in words and `part`. Values under names of secrets are cut. A
 *  user's mistake is told by code, place and advice, a bug with its stack. */
export function createLog(options: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly clock: Clock;
  readonly write: (line: string) => void;
}): Logger {
  const time = () => {
    const milliseconds = Number((options.clock.now() - unixEpochTicks) / 10_000n);
    return `,"time":"${new Date(milliseconds).toISOString()}"`;
  };
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: time,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '***' },
      serializers: { error: told, err: told },
    },
    { write: options.write },
  );
}

function told(error: unknown): unknown {
  if (error instanceof UserError) {
    const { code, place, message, advice } = error;
    return { code, place, message, advice };
  }
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return String(error);
}
