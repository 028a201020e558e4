import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Copy } from '../parts/Copy.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import { Written } from '../parts/Scrolls.tsx';
import { drawnGuid } from '../present.ts';
import { useMayWrite } from '../session/session.ts';
import { download } from './export.ts';
import { folderOf } from './ruleName.ts';
import { type RuleDraft, ruleYaml, testsYaml } from './ruleYaml.ts';

const severities = ['Informational', 'Low', 'Medium', 'High'] as const;
const durations = ['5m', '1h', '1d', '7d', '14d'] as const;

/** The query as a rule in Sentinel's format, for the editor of rules or for a file. */
export function RuleDialog({ query, onClose }: { readonly query: string; readonly onClose: () => void }) {
  const id = useMemo(drawnGuid, []);
  const may = useMayWrite();
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
          {may && (
            <Link to="/rules/new" state={{ draft: yaml }} className="button primary">
              Go on in the editor
            </Link>
          )}{' '}
          <button type="button" onClick={() => download('rule.yaml', 'application/yaml', yaml)}>
            Download rule.yaml
          </button>{' '}
          <Copy text={yaml} label="The rule">
            Copy
          </Copy>
        </p>
        <ol className="steps-to-rule">
          <li>
            The editor says what is wrong with it, plays it over the last days, and saves it. A file that is put into
            the folder of rules as <code>{folder}/rule.yaml</code> is taken up within ten seconds.
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
