import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { rulesQuery } from '../api/rules.ts';
import { Failure } from '../parts/Failure.tsx';
import { useMayWrite } from '../session/session.ts';
import { ExceptionForm, type MadeOne } from './ExceptionForm.tsx';
import { Made } from './Made.tsx';
import '../style/tune.css';

const every = 'every rule';

/** An exception before there is an alert: of a rule or of all, by a condition. */
export function NewException() {
  const may = useMayWrite();
  const id = useId();
  const rules = useQuery(rulesQuery);
  const [chosen, setChosen] = useState('');
  const [made, setMade] = useState<MadeOne>();
  const named = chosen === every ? null : [chosen];
  return (
    <main className="page tune" aria-label="A new exception">
      <nav className="alert-nav" aria-label="Back">
        <Link to="/exceptions">← Exceptions</Link>
      </nav>
      <h1>A new exception</h1>
      <p className="said">
        For what is known to be coming. Where there is an alert of it already, its own page proposes conditions.
      </p>
      {!may ? (
        <p className="note">
          An exception hides alerts from everybody, so an analyst or an administrator makes it. You look here as a
          viewer.
        </p>
      ) : made !== undefined ? (
        <Made {...made} />
      ) : (
        <ExceptionForm
          about={{ rules: chosen === '' ? undefined : named }}
          called=""
          proposals={[]}
          cancel={
            <Link to="/exceptions" className="button">
              Cancel
            </Link>
          }
          onMade={setMade}
        >
          {rules.error !== null && rules.data === undefined && (
            <Failure error={rules.error} again={() => void rules.refetch()} />
          )}
          <div className="field">
            <label htmlFor={id}>Rule</label>
            <select id={id} value={chosen} onChange={({ target }) => setChosen(target.value)} required>
              <option value="" disabled>
                Choose a rule
              </option>
              {rules.data?.map((rule) => (
                <option key={rule.id} value={rule.id}>
                  {rule.name}
                </option>
              ))}
              <option value={every}>Every rule</option>
            </select>
          </div>
        </ExceptionForm>
      )}
    </main>
  );
}
