import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeAlerts, putAlerts } from '../api/alerts.ts';
import type { Alert, AlertChange, Outcome } from '../api/types.ts';
import { useSay } from '../parts/notice.tsx';
import { outcomeText, wouldChange } from './outcome.ts';

export interface Changing {
  readonly busy: boolean;
  /** Gives what each came to; none where it failed, which is said. */
  readonly change: (alerts: readonly Alert[], change: AlertChange) => Promise<readonly Outcome[]>;
}

/** Does something to alerts, shows them as they are then, and says what came of it. */
export function useChange(): Changing {
  const client = useQueryClient();
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const change = async (alerts: readonly Alert[], wanted: AlertChange) => {
    const targets = alerts.filter((alert) => wouldChange(alert, wanted));
    if (targets.length === 0) {
      say({ text: alerts.length === 1 ? 'It is so already.' : 'They are so already.' });
      return [];
    }
    setBusy(true);
    try {
      const results = await changeAlerts(targets, wanted);
      putAlerts(
        client,
        results.flatMap(({ alert }) => alert ?? []),
      );
      void client.invalidateQueries({ queryKey: ['counts'] });
      say(outcomeText(results, wanted));
      return results;
    } catch (error) {
      say({ text: `Nothing is known to be changed: ${(error as Error).message}.`, isTrouble: true });
      return [];
    } finally {
      setBusy(false);
    }
  };
  return { busy, change };
}
