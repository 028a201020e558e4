import { flow, type Pipeline, type Step } from '../model/pipeline.ts';
import type { Query, Rule } from '../rule.ts';
import { branchesOf } from './branches.ts';
import { reasonList } from './continuous.ts';
import { listed } from './expressions.ts';

const impacted = new Set(
  'DeviceId DeviceName RemoteDeviceName RecipientEmailAddress SenderFromAddress SenderMailFromAddress RecipientObjectId AccountObjectId AccountSid AccountUpn InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessAccountObjectId'.split(
    ' ',
  ),
);

export const identityLost: Rule = {
  code: 'WL601',
  name: 'columns that a Defender custom detection needs are gone',
  severity: 'warning',
  what: 'The result lacks Timestamp, ReportId, or a column that says whom it is about. Information where the rows are groups, as of a hunt, and where nobody said that the query is for Defender.',
  why: "Defender's custom detections need all three; without them the query cannot be saved as one. Response actions on a device need DeviceId.",
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001\n| project Timestamp, DeviceName, RemoteIP',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001\n| project Timestamp, DeviceId, DeviceName, ReportId, RemoteIP',
  },
  *check(query) {
    const absent = absentOf(query);
    const step = absent.length === 0 ? undefined : lost(query, absent);
    if (step === undefined) return;
    const grouped = /^(Summarize|Distinct|Count|Top|TopNested|MakeSeries|Render|Evaluate|Take)Operator$/;
    const rows = [query.answer, ...branchesOf(query)].flatMap((pipeline) => (pipeline ? flow(pipeline) : []));
    const isHunt =
      grouped.test(step.node.kind) ||
      rows.some((item) => /^(Render|Count|Distinct|MakeSeries)Operator$/.test(item.node.kind));
    const reasons = reasonList(query);
    yield {
      at: { start: step.node.span.start, length: /^[a-z-]+/.exec(step.node.text)?.[0].length ?? 1 },
      severity: isHunt || query.also !== undefined ? 'info' : 'warning',
      message: `the result has no ${listed(absent)}: the query cannot be saved as a Defender custom detection${reasons === '' ? '' : `, nor could it run continuously (${reasons})`}`,
      fix: grouped.test(step.node.kind)
        ? 'Carry them along: `(Timestamp, ReportId) = arg_max(Timestamp, ReportId)`, and group by DeviceId.'
        : `Keep ${listed(absent)} to the end.`,
    };
  },
};

/** Is a column gone without which Defender saves no detection? */
export function cannotBeSaved(query: Query): boolean {
  const absent = absentOf(query);
  return absent.length > 0 && lost(query, absent) !== undefined;
}

function absentOf(query: Query): readonly string[] {
  const { answer } = query;
  if (query.product !== 'defender' || query.facts.period !== undefined || answer === undefined || answer.scope.open)
    return [];
  if (!branchesOf(query).some(({ source }) => source.kind === 'table' && hasReports(source.name))) return [];
  const { names } = answer.scope;
  if (names.size === 0) return [];
  const absent = ['Timestamp', 'ReportId'].filter((name) => !names.has(name));
  return [...names.keys()].some((name) => impacted.has(name)) ? absent : [...absent, 'DeviceId'];
}

/** Tables whose rows have a report id. */
function hasReports(table: string): boolean {
  return /^(Device(?!Info|Tvm|Baseline)|Email|Identity(?!Info|AccountInfo)|CloudAppEvents|UrlClickEvents)/.test(table);
}

/** The step that drops the first of the names; the last step where none does visibly. */
function lost(query: Query, absent: readonly string[]): Step | undefined {
  const pipelines: readonly (Pipeline | undefined)[] = [...branchesOf(query), query.answer];
  const steps = pipelines.flatMap((pipeline) => (pipeline === undefined ? [] : flow(pipeline)));
  const dropping = steps.find(({ input, output }) =>
    absent.some((name) => (input.names.has(name) || input.open) && !output.names.has(name) && !output.open),
  );
  return dropping ?? steps.at(-1);
}
