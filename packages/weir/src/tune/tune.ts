import type { Schema } from '@weir/kql/types';
import { ticksPerDay } from '@weir/kql/types';
import { backtest } from '../backtest/backtest.ts';
import { detect } from '../detect/detect.ts';
import { dataSpan } from '../detect/window.ts';
import { readExceptions } from '../exceptions/load.ts';
import type { ReadableLake } from '../lake/lake.ts';
import type { ExceptionUse, GivenVerdict } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { exceptionsYaml } from './asYaml.ts';
import { bytesByDay, ownHosts } from './evidence.ts';
import { guards, patternsOf } from './patterns.ts';
import { type Declined, guarded, type Proposal, propose } from './propose.ts';

export interface Tuned {
  /** The data's own span; nulls where there is no row. */
  readonly from: bigint | null;
  readonly until: bigint | null;
  /** Findings above informational, and devices that have one. */
  readonly told: number;
  readonly devices: number;
  /** Whether verdicts were given. */
  readonly judged: boolean;
  readonly proposals: readonly { readonly proposal: Proposal; readonly use: ExceptionUse }[];
  readonly declined: readonly Declined[];
  /** What people would still be told of with every proposal. */
  readonly still: readonly Finding[];
  /** The proposals as a file of exceptions; empty where there are none. */
  readonly yaml: string;
}

/** Looks for habits among what rules find, and plays the rules again with an exception for each. */
export async function tune(
  lake: ReadableLake,
  rules: readonly Rule[],
  options: { readonly schema: Schema; readonly verdicts: readonly GivenVerdict[]; readonly now: bigint },
): Promise<Tuned> {
  const { schema, verdicts, now } = options;
  const span = await dataSpan(lake);
  const { findings, holds } = await detect(lake, rules, { schema, conditions: guards });
  const told = findings.filter(({ severity }) => severity !== 'informational');
  const devices = new Set(told.map(({ entities }) => entities.device)).size;
  const own = await ownHosts(lake);
  const found = patternsOf(findings, await bytesByDay(lake, told)).map((pattern) => propose(pattern, holds, own));
  const declined = found.filter((each) => 'why' in each);
  const proposals = found.filter((each) => 'when' in each);
  const base = {
    from: span?.from ?? null,
    until: span?.until ?? null,
    told: told.length,
    devices,
    judged: verdicts.length > 0,
  };
  if (span === undefined || proposals.length === 0) return { ...base, proposals: [], declined, still: told, yaml: '' };
  const asYaml = (some: readonly Proposal[]) => exceptionsYaml(some, { now, ...span });
  // What is proposed is what a person would load, so that nothing is proposed which loading refuses.
  const exceptions = await readExceptions('weir tune', asYaml(proposals), { rules, all: true });
  const within = { from: span.from, until: span.until };
  const played = await backtest(lake, {
    ...{ rules, schema, exceptions, verdicts, now, refused: [], against: [], delay: 0n, question: 'settled' },
    within: { ...within, until: within.until + ticksPerDay },
  });
  const used = proposals.map((proposal, index) => {
    const use = played.exceptions[index];
    if (use === undefined) throw new Error(`the exception for ${proposal.name} was not judged`);
    return { proposal, use };
  });
  const kept = used.filter(
    ({ use }) => use.state === 'applied' && use.hides.length > 0 && guarded(use.hides, holds) === 0,
  );
  const dropped = used
    .filter((each) => !kept.includes(each))
    .map(
      ({ proposal: { pattern }, use }): Declined => ({
        pattern,
        why: whyDropped(use),
      }),
    );
  const hidden = new Set(kept.flatMap(({ use }) => use.hides.map(({ id }) => id)));
  return {
    ...base,
    proposals: kept,
    declined: [...declined, ...dropped],
    still: told.filter(({ id }) => !hidden.has(id)),
    yaml: kept.length === 0 ? '' : asYaml(kept.map(({ proposal }) => proposal)),
  };
}

function whyDropped({ state, hides, why }: ExceptionUse): string {
  if (state !== 'applied') return why;
  if (hides.length > 0) return 'it would also hide a finding that must be seen';
  return 'each of its findings has more hosts, accounts or parents than one, and an exception for one of them hides none';
}
