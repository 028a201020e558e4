import type { Finding, Severity as Of } from '../api/types.ts';
import { capital } from '../words/names.ts';

const short: Readonly<Record<Of, string>> = { high: 'High', medium: 'Medium', low: 'Low', informational: 'Info' };

/** How grave it is, in a word and a colour, with the score. */
export function Severity({ severity, score }: Pick<Finding, 'severity' | 'score'>) {
  return (
    <span className={`severity ${severity}`} title={`${capital(severity)}, score ${score} of 100`}>
      <span className="severity-word">{short[severity]}</span>
      <span className="severity-score">{score}</span>
    </span>
  );
}

const steps = { low: 1, medium: 2, high: 3 } as const;

/** How sure the service is that the facts are of this device, program and service. */
export function Sureness({ confidence }: Pick<Finding, 'confidence'>) {
  return (
    <span className="sureness" title={`Confidence: ${confidence}`}>
      <span aria-hidden="true" className="sureness-dots">
        {[1, 2, 3].map((step) => (
          <i key={step} className={step <= steps[confidence] ? 'on' : ''} />
        ))}
      </span>
      {confidence}
    </span>
  );
}
