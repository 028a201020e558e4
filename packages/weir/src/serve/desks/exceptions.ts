import { ticksPerDay } from '@weir/kql/types';
import type { AlertBook } from '../../alert/book.ts';
import { lookBack } from '../../alert/collateral.ts';
import type { ExceptionBook, ExceptionDraft, KeptException, Preview } from '../../alert/exceptionBook.ts';
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
const lasts = 90n * ticksPerDay;
const severalPlaces =
  'Its connections differ in where they go, or in the account, parent or folder that they come from: an exception that names one of these does not hide it. Write one whose condition holds for all of them.';
/** So many alerts that an exception would hide are told one by one. */
const told = 100;

export function exceptionDesk({ book, alerts, inFile, clock }: ExceptionRooms): ExceptionDesk {
  const previewsOf = ({ since, isCut, collaterals }: Preview): ExceptionPreview[] =>
    collaterals.map(({ hides, confirmed, refusal }) => {
      const latestFirst = [...confirmed, ...hides.filter((id) => !confirmed.includes(id)).toReversed()];
      return {
        ...{ since, isCut, confirmed, refusal, count: hides.length },
        hides: latestFirst.slice(0, told).flatMap((id) => alerts.get(id) ?? []),
      };
    });
  const previews = async ({
    rules,
    when,
    alert,
  }: Pick<ExceptionDraft, 'rules' | 'alert'> & { readonly when: readonly string[] }) =>
    previewsOf(await book.preview({ rules, when, alert }, clock.now()));
  type Listed = Omit<KeptException, 'by'> & { readonly by: string | null };
  const infos = async (listed: readonly Listed[]): Promise<ExceptionInfo[]> => {
    const hid = book.hid(clock.now() - lookBack);
    const open = listed.flatMap(({ exception, ended }) => (ended === null ? [exception] : []));
    const confirmed = await book.confirmed(open);
    return listed.map(({ exception, by, ended, renewed }) => {
      const { names: _, override, ...rest } = exception;
      const { id } = exception;
      return {
        ...{ ...rest, override: override ?? null, by, ended, renewed, kept: by === null ? 'file' : 'store' },
        ...{ hid: hid.get(id) ?? 0, confirmed: confirmed.get(id) ?? [] },
      };
    });
  };
  const info = async (kept: KeptException): Promise<ExceptionInfo> => {
    const [only] = await infos([kept]);
    if (only === undefined) throw new Error('an exception without what is told of it');
    return only;
  };
  return {
    list: () =>
      infos([...inFile().map((exception) => ({ exception, by: null, ended: null, renewed: null })), ...book.list()]),
    preview: async ({ when, ...draft }) => {
      const [only] = await previews({ ...draft, when: [when] });
      if (only === undefined) throw new Error('a condition without a preview');
      return only;
    },
    propose: async (id) => {
      const alert = alerts.get(id);
      if (alert === undefined)
        throw new UserError(
          'ALERT_UNKNOWN',
          'alert',
          `there is no alert ${id}`,
          'Take the number of an alert from the list.',
        );
      const { finding, verdict } = alert;
      if (verdict === 'true-positive')
        return { none: 'A person has confirmed this alert: what it tells is not normal here.', proposals: [] };
      const proposed = proposalsFor(finding, kqlString);
      if (proposed.length === 0)
        return {
          none: 'The program, or where it sends to, is not known: what is left would hide strangers too.',
          proposals: [],
        };
      const rules = [finding.rule.id];
      const asked = await book.preview({ rules, when: proposed.map(({ when }) => when), alert: id }, clock.now());
      const shown = previewsOf(asked);
      const expires = clock.now() + lasts;
      const proposals = proposed.flatMap(({ name, when, why }, index) => {
        const [preview, collateral] = [shown[index], asked.collaterals[index]];
        const itself = preview !== undefined && collateral?.hides.includes(id);
        return itself === true ? [{ draft: { name, rules, when, expires }, why, preview }] : [];
      });
      return { none: proposals.length > 0 ? '' : severalPlaces, proposals };
    },
    create: async (draft, act) => info(await book.add(draft, act)),
    renew: async (id, renewal, act) => info(await book.renew(id, renewal, act)),
    end: async (id, reason, act) => info(book.end(id, reason, act)),
  };
}
