import { useState } from 'react';
import { useNow } from '../parts/useNow.ts';
import { useMe } from '../session/session.ts';
import { ago, second } from '../words/time.ts';
import type { Opened } from './opened.ts';
import { RemoveHuntDialog } from './RemoveHuntDialog.tsx';
import { rangeInWords } from './search.ts';

/** What the open hunt looks for, and how to read what it finds. */
export function Reading({
  opened,
  isChanged,
  onChange,
  onClose,
}: {
  readonly opened: Opened;
  /** The editor does not hold its query, or not its time. */
  readonly isChanged: boolean;
  /** Called where whoever looks would change it. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}) {
  const { hunt } = opened;
  return (
    <section className="panel" aria-labelledby="hunt-title">
      <header>
        <h2 id="hunt-title">{opened.kind === 'shipped' ? opened.hunt.title : opened.hunt.name}</h2>
        {opened.kind === 'shipped' ? (
          opened.hunt.techniques.map((technique) => (
            <span key={technique} className="tag">
              {technique}
            </span>
          ))
        ) : (
          <Kept {...opened} />
        )}
        <span className="push" />
        {opened.kind === 'saved' && <Keeping {...{ opened, onChange, onClose }} />}
        <button type="button" className="quiet" onClick={onClose} aria-label="Put this away">
          ✕
        </button>
      </header>
      <p className="said">{hunt.hypothesis}</p>
      <dl className="reading">
        {hunt.reading !== '' && <Said what="Reading">{hunt.reading}</Said>}
        {opened.kind === 'shipped' ? (
          <>
            <Said what="Harmless">{opened.hunt.benign}</Said>
            <Said what="Needs">{opened.hunt.needs.join('; ')}</Said>
          </>
        ) : (
          <Said what="Time">{rangeInWords(opened.hunt.range)}</Said>
        )}
      </dl>
      {isChanged && <p className="soft">What stands in the editor is not the hunt as it is saved.</p>}
    </section>
  );
}

function Said({ what, children }: { readonly what: string; readonly children: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Kept({ hunt }: Extract<Opened, { kind: 'saved' }>) {
  const now = useNow();
  return (
    <span className="soft" title={`${second(hunt.changed)} UTC`}>
      by {hunt.owner}, {hunt.revision === 1 ? 'saved' : hunt.by === hunt.owner ? 'changed' : `changed by ${hunt.by}`}{' '}
      {ago(hunt.changed, now)}
    </span>
  );
}

/** What its owner and administrators do with it. */
function Keeping({
  opened: { hunt },
  onChange,
  onClose,
}: {
  readonly opened: Extract<Opened, { kind: 'saved' }>;
  readonly onChange: () => void;
  readonly onClose: () => void;
}) {
  const { name, scopes } = useMe();
  const [isRemoving, setRemoving] = useState(false);
  if (!scopes.includes('admin') && !(scopes.includes('write') && hunt.owner === name)) return null;
  return (
    <>
      <button type="button" className="small" onClick={onChange}>
        Change…
      </button>
      <button type="button" className="small" onClick={() => setRemoving(true)}>
        Delete…
      </button>
      {isRemoving && <RemoveHuntDialog hunt={hunt} onClose={() => setRemoving(false)} onRemoved={onClose} />}
    </>
  );
}
