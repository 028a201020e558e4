import { UserError } from '../model/userError.ts';
import type { RuleVersionText } from '../schedule/ruleVersions.ts';
import type { BacktestJob, ExceptionInfo, Parts, RuleDetail } from './parts.ts';

const at = 638_000_000_000_000_000n;

/** Desks with little on them, which keep what is done to them. */
export function desks(): Pick<
  Parts,
  'rules' | 'ruleTexts' | 'guides' | 'exceptions' | 'backtests' | 'sources' | 'storage' | 'hunts' | 'entities'
> {
  const unknown = (code: string, id: string) => new UserError(code, id, 'there is none', 'Look at the list.');
  let rule: RuleDetail = {
    ...{ id: 'large-upload', name: 'Large upload', version: '1.0.0', description: 'Much left.', severity: 'high' },
    ...{ status: 'stable', tactics: ['Exfiltration'], techniques: ['T1567'], query: 'DeviceNetworkEvents' },
    ...{ falsePositives: [], needs: ['bytes'], schedule: { frequency: 3_000_000_000n, period: 864_000_000_000n } },
    health: { state: 'ok', reason: '', lastRun: at, lastTick: at, took: 10_000_000n, method: 'each row once', gaps: 0 },
    alerts: { weeks: [0, 2], open: 1, verdicts: { 'true-positive': 1, benign: 0, 'false-match': 0 } },
  };
  const ruleOf = (id: string) => {
    if (id !== rule.id) throw unknown('RULE_UNKNOWN', id);
    return rule;
  };
  const exceptions = new Map<string, ExceptionInfo>();
  const exceptionOf = (id: string): ExceptionInfo => {
    const found = exceptions.get(id);
    if (found === undefined) throw unknown('EXCEPTION_UNKNOWN', id);
    return found;
  };
  const jobs = new Map<string, BacktestJob>();
  const jobOf = (id: string): BacktestJob => {
    const job = jobs.get(id);
    if (job === undefined) throw unknown('BACKTEST_UNKNOWN', id);
    return job;
  };
  const versions: RuleVersionText[] = [
    {
      ...{ rule: rule.id, number: 1, at, by: null, origin: 'shipped', reason: '', problem: '', path: 'rule.yaml' },
      drops: null,
      text: 'name: \u202eLarge upload\n',
    },
  ];
  const kept = (
    text: string,
    reason: string,
    { actor: by, at: when }: { actor: string; at: bigint },
    drops: string | null = null,
  ) => {
    const made = {
      rule: rule.id,
      number: versions.length + 1,
      at: when,
      by,
      origin: 'page',
      reason,
      problem: '',
      drops,
    } as const;
    versions.push({ ...made, path: 'rule.yaml', text });
    return { ...made, path: 'rule.yaml' };
  };
  const preview = { since: at, isCut: false, count: 0, hides: [], confirmed: [], refusal: '' };
  return {
    rules: {
      list: () => [rule],
      get: ruleOf,
      set: (id, { enabled, reason }, { actor, at: when }) => {
        const { stopped: _, ...running } = ruleOf(id);
        rule = enabled ? running : { ...running, stopped: { by: actor, at: when, reason } };
        return rule;
      },
      gaps: ({ before = 6, limit }) =>
        [5, 4, 3, 2, 1]
          .filter((id) => id < before)
          .slice(0, limit)
          .map((id) => ({
            ...{ id, rule: rule.id, first: at, last: at + 1n, reason: 'time', detail: 'took too long', opened: at },
            closed: id > 3 ? null : at,
          })),
      coverage: async () => ({
        sight: {
          ...{ from: at, until: at + 1n, connections: 10, devices: 2 },
          needs: [{ need: 'bytes', known: 4, blind: { devices: 1, most: ['ws-1 password=hunter2hunter2'] } }],
          fusion: [{ told: 'fused', connections: 4 }],
        },
        techniques: [
          {
            ...{ technique: 'T1567.002', name: 'Exfiltration to Cloud Storage' },
            rules: [{ id: rule.id, name: rule.name, tests: 4, needs: [{ what: 'bytes', present: true }], sees: 4 }],
          },
        ],
      }),
    },
    ruleTexts: {
      check: async ({ yaml, of }) => {
        if (of !== null) ruleOf(of);
        const wrong = { code: 'RULE_INVALID', place: '1:1', message: 'it is no rule', start: 0, end: 1 };
        return { rule: null, mistakes: /^id:/.test(yaml) ? [] : [{ ...wrong, severity: 'error' }] };
      },
      versions: async (id) => {
        ruleOf(id);
        return { versions: versions.toReversed(), place: 'rules/large-upload/rule.yaml', fixed: '' };
      },
      version: (id, number) => {
        ruleOf(id);
        const found = versions[number - 1];
        if (found === undefined) throw unknown('RULE_VERSION_UNKNOWN', String(number));
        return found;
      },
      save: async (id, { yaml, base, reason }, act) => {
        ruleOf(id);
        if (base !== versions.length)
          throw new UserError('RULE_VERSION_STALE', 'base', 'ben saved version 2 (quieter)', 'Save on version 2.');
        return kept(yaml, reason, act);
      },
      create: async ({ yaml, reason }, act) => kept(yaml, reason, act),
      copies: () => new Map([[rule.id, { isOutdated: false }]]),
      shipped: (id) => {
        ruleOf(id);
        return { text: 'name: Large upload\n', before: 'name: Upload\n', own: versions.at(-1)?.text ?? '' };
      },
      seen: async (id, shipped) => {
        ruleOf(id);
        if (shipped !== 'name: Large upload\n')
          throw new UserError('RULE_SHIPPED_STALE', id, 'what ships with Weir changed', 'Look again.');
      },
      back: async (id, { base, reason }, act) => {
        ruleOf(id);
        if (base !== versions.length)
          throw new UserError('RULE_VERSION_STALE', 'base', 'ben saved version 2 (quieter)', 'Save on version 2.');
        return kept('name: Large upload\n', reason, act, 'rules/large-upload/rule.yaml');
      },
    },
    guides: {
      of: async () => ({
        means: 'Much left.',
        blind: ['What nobody counted.'],
        questions: [{ id: 'who', ask: 'Who?', kql: 'print 1', lacks: [], benign: 'b', malicious: 'm', next: '' }],
        playbook: [{ stage: 'contain', steps: [{ do: 'Stop it.', who: 'Analyst.', record: 'When.' }] }],
      }),
      ofRule: async (id) => {
        ruleOf(id);
        const question = { id: 'who', ask: 'Who?', kql: 'print {{DeviceName}}', benign: 'b', malicious: 'm', next: '' };
        return { means: 'Much left.', blind: [], questions: [question], playbook: [] };
      },
      ask: async (_, question) => {
        if (question !== 'who') throw unknown('QUESTION_UNKNOWN', question);
        const answered = {
          columns: [{ name: 'print_0', type: 'long' as const }],
          rows: '',
          count: 0,
          truncated: false,
        };
        return { ...answered, diagnostics: [], seq: 1n, now: at, empty: [{ table: 'DnsEvents', ofDevice: false }] };
      },
    },
    exceptions: {
      list: async () => [...exceptions.values()],
      propose: async () => ({
        none: '',
        proposals: [{ draft: { name: 'backup', rules: null, when: 'x', expires: at }, why: 'narrow', preview }],
      }),
      preview: async () => preview,
      create: async ({ override, alert: _, ...draft }, { actor, at: created }) => {
        if (/confirmed/.test(draft.when) && override === undefined)
          throw new UserError('EXCEPTION_REFUSED', 'when', 'it would hide alert 3, which is confirmed', 'Narrow it.');
        const made: ExceptionInfo = {
          ...{
            ...draft,
            id: `e${exceptions.size + 1}`,
            created,
            ended: null,
            renewed: null,
            kept: 'store',
            place: 'store',
          },
          ...{ by: actor, hid: 0, confirmed: [] },
          override: override === undefined ? null : { by: actor, reason: override },
        };
        exceptions.set(made.id, made);
        return made;
      },
      renew: async (id, { expires, reason }, { actor, at: when }) => {
        const renewed = { ...exceptionOf(id), expires, renewed: { by: actor, at: when, reason } };
        exceptions.set(id, renewed);
        return renewed;
      },
      end: async (id, reason, { actor, at: when }) => {
        const found = exceptionOf(id);
        const over = { ...found, ended: { by: actor, at: when, reason } };
        exceptions.set(id, over);
        return over;
      },
    },
    backtests: {
      list: () => [...jobs.values()],
      start: async (_, { actor, at: started }) => {
        const id = `job-${jobs.size + 1}`;
        const job = { id, by: actor, state: 'running', started, ended: null, progress: 'day 3 of 30' } as const;
        jobs.set(id, { ...job, problem: null, result: null });
        return jobOf(id);
      },
      get: jobOf,
      cancel: (id, { at: ended }) => {
        jobs.set(id, { ...jobOf(id), state: 'cancelled', ended });
        return jobOf(id);
      },
    },
    hunts: {
      list: async () => [
        {
          ...{ name: 'night', title: 'Night', hypothesis: 'Somebody works at night.', techniques: ['T1567'] },
          ...{ needs: ['bytes'], query: 'DeviceNetworkEvents', reading: 'By device.', benign: 'Backups.' },
        },
      ],
    },
    sources: {
      list: () => [
        {
          ...{ source: 'zeek', door: 'files', format: 'zeek-conn', state: 'ok', reason: '' },
          ...{ firstReceived: at, lastReceived: at, entries: 2, repeated: 0, bytes: 500 },
          ...{ records: 10, rows: 9, rejects: 1, ignored: 0, unsplit: 0, aside: 0, newest: at },
        },
      ],
      rejects: async ({ source = 'zeek' }) => {
        const reject = { at, door: 'files', source: 'zeek', line: 3, reason: 'not JSON' };
        return source === 'zeek' ? [{ ...reject, text: 'password=hunter2hunter2 \u001b[2J' }] : [];
      },
    },
    storage: {
      look: async () => ({
        ...{ keep: 864_000_000_000n, most: 2n ** 60n, oldest: at, journal: 0, disk: { free: 5, size: 9 } },
        tables: [{ table: 'DeviceNetworkEvents', segments: 1, rows: 2, bytes: 3 }],
      }),
    },
    entities: {
      get: async ({ name, at: looked }) => {
        if (name === 'slow') throw new UserError('QUERY_TIMEOUT', name, 'its history is too long', 'Ask for less.');
        const left = { bytesSent: 2n ** 60n, connections: 3, bytesKnown: 2 };
        return {
          ...{ from: at, until: at + 1n, looked, oldest: null, firstSeen: at, lastSeen: null },
          days: [{ ...left, day: at }],
          usual: { days: 1, median: 2n ** 60n, p90: null, isLearning: true },
          services: [{ ...left, name: 'password=hunter2hunter2', isService: false, days: 1 }],
          ...{ devices: [], processes: [], accounts: [] },
        };
      },
    },
  };
}
