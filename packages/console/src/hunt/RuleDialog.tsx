import { useMemo, useState } from 'react';
import { Copy } from '../parts/Copy.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import { Written } from '../parts/Scrolls.tsx';
import { drawnId } from '../present.ts';
import { download } from './export.ts';
import { folderOf } from './ruleName.ts';
import { type RuleDraft, ruleYaml, testsYaml } from './ruleYaml.ts';

const severities = ['Informational', 'Low', 'Medium', 'High'] as const;
const durations = ['5m', '1h', '1d', '7d', '14d'] as const;

/** The query as a rule in Sentinel's format, to be put where rules are kept: this page writes no files. */
export function RuleDialog({ query, onClose }: { readonly query: string; readonly onClose: () => void }) {
  const id = useMemo(() => drawnId().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5'), []);
  const [draft, setDraft] = useState<Omit<RuleDraft, 'id' | 'query'>>({
    ...{ name: '', severity: 'Medium', frequency: '1h', period: '1d' },
  });
  const yaml = ruleYaml({ ...draft, id, name: draft.name || 'A rule from a hunt', query });
  const folder = folderOf(draft.name);
  const choose = <Key extends 'severity' | 'frequency' | 'period'>(
    key: Key,
    label: string,
    among: readonly RuleDraft[Key][],
  ) => (
    <label className="field">
      {label}
      <select
        value={draft[key]}
        onChange={({ target }) => setDraft({ ...draft, [key]: target.value as RuleDraft[Key] })}
      >
        {among.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
  return (
    <Dialog title="Turn into a rule" onClose={onClose}>
      <div className="to-rule">
        <Field
          label="Name"
          name="rule-name"
          autoFocus
          value={draft.name}
          onChange={({ target }) => setDraft({ ...draft, name: target.value })}
          hint="What it finds, as the head of its alerts."
        />
        <div className="choices">
          {choose('severity', 'At most', severities)}
          {choose('frequency', 'Every', durations)}
          {choose('period', 'Looks back', durations)}
        </div>
        <Written text={yaml} isKql />
        <p>
          <button type="button" className="primary" onClick={() => download('rule.yaml', 'application/yaml', yaml)}>
            Download rule.yaml
          </button>{' '}
          <Copy text={yaml} label="The rule">
            Copy
          </Copy>
        </p>
        <ol className="steps-to-rule">
          <li>
            This page does not write files. Whoever keeps the service’s rules puts it into their folder (
            <code>rules:</code> in <code>weir.yaml</code>) as <code>{folder}/rule.yaml</code>; it is taken up within ten
            seconds, and the Rules page says so.
          </li>
          <li>
            Beside it goes <code>tests.yaml</code> with rows that it must find and rows that it must leave alone:{' '}
            <Copy text={testsYaml()} label="Tests to begin with">
              Copy a beginning
            </Copy>
          </li>
          <li>
            <code>weir test rules/{folder}</code> runs the tests, <code>weir lint rules/{folder}/rule.yaml</code> says
            what often goes wrong, <code>weir backtest rules/{folder} --data LOGS</code> how noisy it would have been.
          </li>
        </ol>
      </div>
    </Dialog>
  );
}
