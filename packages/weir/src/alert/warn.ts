import { ticksPerDay } from '@weir/kql/types';
import type { Exception } from '../model/exception.ts';
import type { Store } from '../store/store.ts';
import { withLongs } from './findingJson.ts';
import { writeNotice } from './notices.ts';

/** A fortnight, as reports have it. */
const ahead = 14n * ticksPerDay;

/** Tells of exceptions that will end within a fortnight, of each end once: of those in files and those in the store. */
export function warnOfEnds(store: Store, exceptions: readonly Exception[], now: bigint): void {
  store.transaction(() => {
    for (const exception of exceptions) {
      const { id, expires } = exception;
      if (expires <= now || expires - now > ahead) continue;
      const { changes } = store
        .statement('INSERT INTO exception_warning (id, expires) VALUES (?, ?) ON CONFLICT DO NOTHING')
        .run(id, expires);
      if (Number(changes) === 0) continue;
      writeNotice(store, {
        ...{ at: now, cause: 'exception-ends', alert: null, rule: '', ruleName: '', severity: 0, score: 0 },
        together: null,
        json: withLongs({ exception }),
      });
    }
  });
}
