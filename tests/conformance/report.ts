import type { Case, PublishedQuery } from './cases.ts';
import type { Verdict } from './check.ts';
import type { Fate } from './published.ts';

export interface Result {
  readonly judged: readonly { readonly item: Case; readonly verdict: Verdict }[];
  /** Queries that Microsoft's engine refuses. */
  readonly rejects: readonly Fate[];
  readonly published: readonly Fate<PublishedQuery>[];
}

/** The part of the published queries that must compile. */
const goal = 0.8;

export interface Share {
  /** Queries over `DeviceNetworkEvents` or about exfiltration. */
  readonly ours: number;
  /** Of them the binder takes, with the schemas at hand. */
  readonly accepted: number;
  /** Of the accepted: those that read lists or services on the network. */
  readonly outside: number;
  readonly compiled: number;
  readonly reached: boolean;
}

export function shareOf(published: readonly Fate<PublishedQuery>[]): Share {
  const ours = published.filter(({ query }) => query.device_network_events || query.exfil);
  const accepted = ours.filter(({ outcome }) => outcome !== 'rejected');
  const outside = accepted.filter(({ code }) => code === 'WK004').length;
  const compiled = accepted.filter(({ outcome }) => outcome === 'compiled').length;
  const reached = compiled > 0 && compiled >= goal * (accepted.length - outside);
  return { ours: ours.length, accepted: accepted.length, outside, compiled, reached };
}

/** The lines that close a run. */
export function closing({ judged, rejects, published }: Result): readonly string[] {
  const of = (outcome: Verdict['outcome']) => judged.filter(({ verdict }) => verdict.outcome === outcome).length;
  const refusals = judged.flatMap(({ verdict }) => (verdict.outcome === 'refused' ? [verdict] : []));
  const share = shareOf(published);
  const all = published.filter(({ outcome }) => outcome !== 'rejected');
  return [
    `Recorded answers of Microsoft's engine: ${judged.length} queries`,
    `  correct  ${of('correct')}`,
    `  refused  ${of('refused')}  each with a place in the query, ${refusals.filter(({ advised }) => advised).length} with advice`,
    ...causes(refusals.map(({ code }) => code)).map((line) => `    ${line}`),
    `  wrong    ${of('wrong')}`,
    `  failed   ${of('failed')}  the compiler or the engine stopped`,
    `  skipped  ${of('skipped')}  the recorded answer differs from run to run`,
    `Queries that Microsoft's engine refuses: ${rejects.filter(({ outcome }) => outcome !== 'compiled').length} of ${rejects.length} are refused here too`,
    `Published queries about DeviceNetworkEvents or exfiltration: ${share.ours}`,
    `  Microsoft's binder takes ${share.accepted} with the public schemas at hand`,
    `  ${portion(share.compiled, share.accepted)} compile and run over empty tables`,
    `  ${portion(share.compiled, share.accepted - share.outside)} of those that need nothing from the network (goal: ${goal * 100} %); ${share.outside} read lists or services there`,
    `All published queries that the binder takes: ${portion(all.filter(({ outcome }) => outcome === 'compiled').length, all.length)} compile`,
    `  failed   ${[...rejects, ...published].filter(({ outcome }) => outcome === 'failed').length}`,
  ];
}

const meaning: Readonly<Record<string, string>> = {
  WK001: 'an operator, function or parameter that Weir does not compile',
  WK002: 'types or values that would not be exact',
  WK003: 'rows must be in an order here',
  WK004: 'needs data that is not at hand offline',
  WK005: 'cannot be followed back to rows',
  WK006: 'text that cannot be part of a query',
};

function causes(codes: readonly string[]): readonly string[] {
  const groups = Map.groupBy(codes, (code) => (code.startsWith('KS') ? 'KS' : code));
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([code, list]) => `${list.length} ${code}: ${meaning[code] ?? "Microsoft's own binder"}`);
}

function portion(part: number, whole: number): string {
  return `${part} of ${whole} (${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %)`;
}
