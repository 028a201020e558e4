import type { DialectName } from '../../packages/kql/src/index.ts';
import type { Case, PublishedQuery } from './cases.ts';
import type { Verdict } from './check.ts';
import type { GoldenVerdict } from './golden.ts';
import type { Fate } from './published.ts';

/** What one engine made of everything. */
export interface Result {
  readonly dialect: DialectName;
  readonly judged: readonly { readonly item: Case; readonly verdict: Verdict }[];
  /** Queries that Microsoft's engine refuses. */
  readonly rejects: readonly Fate[];
  readonly published: readonly Fate<PublishedQuery>[];
  readonly golden: readonly GoldenVerdict[];
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

const engineNames: Readonly<Record<DialectName, string>> = { duckdb: 'DuckDB', clickhouse: 'ClickHouse' };

/** The lines that close a run of one engine. */
export function closing({ dialect, judged, rejects, published, golden }: Result): readonly string[] {
  const { correct, refused, wrong, failed, skipped } = counts(judged);
  const refusals = judged.flatMap(({ verdict }) => (verdict.outcome === 'refused' ? [verdict] : []));
  const share = shareOf(published);
  const all = published.filter(({ outcome }) => outcome !== 'rejected');
  return [
    `${engineNames[dialect]}`,
    `Recorded answers of Microsoft's engine: ${judged.length} queries`,
    `  correct  ${correct}`,
    `  refused  ${refused}  each with a place in the query, ${refusals.filter(({ advised }) => advised).length} with advice`,
    ...causes(refusals.map(({ code }) => code)).map((line) => `    ${line}`),
    `  wrong    ${wrong}`,
    `  failed   ${failed}  the compiler or the engine stopped`,
    `  skipped  ${skipped}  the recorded answer differs from run to run`,
    `Queries that Microsoft's engine refuses: ${rejects.filter(({ outcome }) => outcome !== 'compiled').length} of ${rejects.length} are refused here too`,
    `Published queries about DeviceNetworkEvents or exfiltration: ${share.ours}`,
    `  Microsoft's binder takes ${share.accepted} with the public schemas at hand`,
    `  ${portion(share.compiled, share.accepted)} compile and run over empty tables`,
    `  ${portion(share.compiled, share.accepted - share.outside)} of those that need nothing from the network (goal: ${goal * 100} %); ${share.outside} read lists or services there`,
    `All published queries that the binder takes: ${portion(all.filter(({ outcome }) => outcome === 'compiled').length, all.length)} compile`,
    `  failed   ${[...rejects, ...published].filter(({ outcome }) => outcome === 'failed').length}`,
    ...(golden.length === 0
      ? []
      : [
          `Golden cases: ${golden.filter(({ outcome }) => outcome === 'same').length} of ${golden.length} give the same rows, ` +
            `${golden.filter(({ outcome }) => outcome === 'refused').length} are refused, ` +
            `${golden.filter(({ outcome }) => outcome === 'wrong').length} wrong`,
        ]),
  ];
}

type Judged = Result['judged'];

export interface Counts {
  readonly correct: number;
  readonly refused: number;
  readonly wrong: number;
  readonly failed: number;
  readonly skipped: number;
}

export function counts(judged: Judged): Counts {
  const of = (outcome: Verdict['outcome']) => judged.filter(({ verdict }) => verdict.outcome === outcome).length;
  return {
    correct: of('correct'),
    refused: of('refused'),
    wrong: of('wrong'),
    failed: of('failed'),
    skipped: of('skipped'),
  };
}

/** Did something break that must not: a wrong answer, a crash, an engine's error, other rows of a golden case? */
export function isBroken({ judged, rejects, published, golden }: Result): boolean {
  const { wrong, failed } = counts(judged);
  const stopped = [...rejects, ...published].some(({ outcome }) => outcome === 'failed');
  return wrong + failed > 0 || stopped || golden.some(({ outcome }) => outcome === 'wrong');
}

/** The result of one engine as numbers. */
export function summary(result: Result): Readonly<Record<string, unknown>> {
  const refusals = result.judged.flatMap(({ verdict }) => (verdict.outcome === 'refused' ? [verdict.code] : []));
  const accepted = result.published.filter(({ outcome }) => outcome !== 'rejected');
  const compiled = accepted.filter(({ outcome }) => outcome === 'compiled').length;
  return {
    ...counts(result.judged),
    refusedByCode: Object.fromEntries(byCode(refusals).map(([code, list]) => [code, list.length])),
    rejects: {
      refused: result.rejects.filter(({ outcome }) => outcome !== 'compiled' && outcome !== 'failed').length,
      of: result.rejects.length,
    },
    published: {
      compiled,
      accepted: accepted.length,
      outside: accepted.filter(({ code }) => code === 'WK004').length,
      failed: accepted.filter(({ outcome }) => outcome === 'failed').length,
      of: result.published.length,
    },
  };
}

const meaning: Readonly<Record<string, string>> = {
  WK001: 'an operator, function or parameter that Weir does not compile',
  WK002: 'types or values that would not be exact',
  WK003: 'rows must be in an order here',
  WK004: 'needs data that is not at hand offline',
  WK005: 'cannot be followed back to rows',
  WK006: 'text that cannot be part of a query',
};

function byCode(codes: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  const groups = Map.groupBy(codes, (code) => (code.startsWith('KS') ? 'KS' : code));
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

function causes(codes: readonly string[]): readonly string[] {
  return byCode(codes).map(([code, list]) => `${list.length} ${code}: ${meaning[code] ?? "Microsoft's own binder"}`);
}

function portion(part: number, whole: number): string {
  return `${part} of ${whole} (${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %)`;
}
