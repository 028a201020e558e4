import type { ExceptionProposal } from '../api/types.ts';
import { plural } from '../words/figures.ts';
import { capital } from '../words/names.ts';

/** Exceptions for an alert, from narrow to wide, each with what it would have hidden. */
export function Proposals({
  proposals,
  when,
  onChoose,
}: {
  readonly proposals: readonly ExceptionProposal[];
  /** The condition as it is now. */
  readonly when: string;
  readonly onChoose: (proposal: ExceptionProposal) => void;
}) {
  return (
    <fieldset className="verdicts">
      <legend>How much of it is normal? From narrow to wide.</legend>
      {proposals.map((proposal) => {
        const { draft, why, preview } = proposal;
        const [width = '', ...rest] = why.split(': ');
        const isChosen = draft.when === when;
        return (
          <label key={draft.when} className={isChosen ? 'verdict chosen' : 'verdict'}>
            <input type="radio" name="proposal" checked={isChosen} onChange={() => onChoose(proposal)} />
            <span className="proposal">
              <strong>{capital(width)}</strong>{' '}
              {preview.confirmed.length > 0 ? (
                <span className="tag high">refused: {plural(preview.confirmed.length, 'confirmed case')}</span>
              ) : (
                <span className="tag">hides {plural(preview.count, 'alert')}</span>
              )}
              <br />
              {rest.join(': ')}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
