import type { AlertBook } from '../../alert/book.ts';
import type { ExceptionBook, KeptException } from '../../alert/exceptionBook.ts';
import { proposalsFor } from '../../alert/proposals.ts';
import type { ExceptionDesk, ExceptionInfo, ExceptionPreview } from '../../api/parts.ts';
import { kqlString } from '../../explain/literal.ts';
import type { Clock } from '../../model/clock.ts';
import type { Exception } from '../../model/exception.ts';
import { UserError } from '../../model/userError.ts';

export interface ExceptionRooms {
  readonly book: ExceptionBook;
  readonly alerts: AlertBook;
  /** Those of the file. */
  readonly inFile: () => readonly Exception[];
  readonly clock: Clock;
}

/** Proposals end after 90 days. */
const proposed = 90n * 864_000_000_000n;
/** Of so many alerts that an exception would hide the numbers are told. */
const told = 100;

export function exceptionDesk({ book, alerts, inFile, clock }: ExceptionRooms): ExceptionDesk {
  const preview: ExceptionDesk['preview'] = async (draft) => {
    const { hides, confirmed } = await book.preview(draft, clock.now());
    return { hides: hides.slice(0, told), count: hides.length, confirmed };
  };
  return {
    list: () => [
      ...inFile().map((exception) => infoOf({ exception, ended: null }, 'file')),
      ...book.list().map((kept) => infoOf(kept, 'store')),
    ],
    preview,
    propose: async (id) => {
      const alert = alerts.get(id);
      if (alert === undefined)
        throw new UserError(
          'ALERT_UNKNOWN',
          'alert',
          `there is no alert ${id}`,
          'Take the number of an alert from the list.',
        );
      const { finding } = alert;
      const proposals = [];
      for (const { name, when, why } of proposalsFor(finding, kqlString)) {
        const draft = { name, rules: [finding.rule.id], when, expires: clock.now() + proposed };
        const shown: ExceptionPreview = await preview(draft);
        proposals.push({ draft, why, preview: shown });
      }
      return proposals;
    },
    create: async (draft, act) => infoOf(await book.add(draft, act), 'store'),
    end: (id, reason, act) => infoOf(book.end(id, reason, act), 'store'),
  };
}

function infoOf({ exception, ended }: KeptException, kept: ExceptionInfo['kept']): ExceptionInfo {
  const { names: _, override, ...told } = exception;
  return { ...told, override: override ?? null, ended, kept };
}
