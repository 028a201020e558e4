import type { Hunt } from '../api/types.ts';

/** How to read what a hunt finds. */
export function Reading({ hunt, onClose }: { readonly hunt: Hunt; readonly onClose: () => void }) {
  const { title, hypothesis, techniques, needs, reading, benign } = hunt;
  return (
    <section className="panel" aria-labelledby="hunt-title">
      <header>
        <h2 id="hunt-title">{title}</h2>
        {techniques.map((technique) => (
          <span key={technique} className="tag">
            {technique}
          </span>
        ))}
        <span className="push" />
        <button type="button" className="quiet" onClick={onClose} aria-label="Put this away">
          ✕
        </button>
      </header>
      <p className="said">{hypothesis}</p>
      <dl className="reading">
        <div>
          <dt>Reading</dt>
          <dd>{reading}</dd>
        </div>
        <div>
          <dt>Harmless</dt>
          <dd>{benign}</dd>
        </div>
        <div>
          <dt>Needs</dt>
          <dd>{needs.join('; ')}</dd>
        </div>
      </dl>
    </section>
  );
}
