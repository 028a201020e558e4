import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { ruleYaml } from '../../hunt/ruleYaml.ts';
import { drawnGuid } from '../../present.ts';
import { useMayWrite } from '../../session/session.ts';
import { Workbench } from './Workbench.tsx';
import '../../style/rules.css';

const nothing = { number: 0, text: '' };

/** A rule that is not there yet: from a hunt, or from a beginning. */
export function NewPage() {
  const { draft } = useLocation().state;
  const [initial] = useState(
    () =>
      draft ??
      ruleYaml({
        ...{ id: drawnGuid(), name: 'A new rule', severity: 'Medium', frequency: '1h', period: '1d' },
        query: 'DeviceNetworkEvents\n| where EvidenceTime > ago(1d)\n| where ActionType == "ConnectionSuccess"',
      }),
  );
  const may = useMayWrite();
  return (
    <main className="page edit" aria-label="Make a rule">
      <Link to="/rules" className="back">
        ← Rules
      </Link>
      <h1>Make a rule</h1>
      {may ? (
        <Workbench rule={undefined} begin={nothing} initial={initial} place="" />
      ) : (
        <p className="note">A rule decides what everybody is told, so an analyst or an administrator makes it.</p>
      )}
    </main>
  );
}
