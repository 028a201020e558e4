import { expect, test } from 'vitest';
import { UserError } from '../model/userError.ts';
import { createLog } from './log.ts';

function logged(say: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const clock = { now: () => 638_000_000_000_000_000n, sleep: async () => undefined };
  say(createLog({ level: 'info', clock, write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

test('lines have the time of the clock that was handed down, and no secret', () => {
  const lines = logged((log) => {
    log.debug('not at this level');
    log.child({ part: 'api' }).info({ password: 'hunter2', headers: { authorization: 'Bearer x' } }, 'asked');
  });
  expect(lines).toEqual([
    {
      level: 'info',
      time: '2022-09-28T22:13:20.000Z',
      part: 'api',
      password: '***',
      headers: { authorization: '***' },
      msg: 'asked',
    },
  ]);
});

test('a mistake of a person is told with the way out, a bug with its stack', () => {
  const [mistake, bug] = logged((log) => {
    log.warn({ error: new UserError('CODE', 'weir.yaml:1:1', 'wrong', 'Mend it.') }, 'config');
    log.error({ error: new TypeError('x is not a function') }, 'bug');
  });
  expect(mistake?.error).toEqual({ code: 'CODE', place: 'weir.yaml:1:1', message: 'wrong', advice: 'Mend it.' });
  expect(bug?.error).toMatchObject({ message: 'x is not a function', stack: expect.stringContaining('log.test.ts') });
});

test('a log line cannot be forged by what is logged', () => {
  expect(logged((log) => log.info({ name: 'a\n{"level":"info"}' }, 'b\n{"msg":"forged"}'))).toHaveLength(1);
});
