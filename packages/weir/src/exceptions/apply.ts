import { ticksPerDay } from '@weir/kql/types';
import type { Exception, ExceptionUse, GivenVerdict, HiddenFinding } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import { someColumns } from './predicate.ts';
import { isAbout } from './verdicts.ts';

export interface Judged {
  readonly exceptions: readonly Exception[];
  readonly verdicts: readonly GivenVerdict[];
  /** Ids of the rules that ran. */
  readonly rules: readonly string[];
  /** The present, ticks: what an end is told against. It hides and shows nothing. */
  readonly now: bigint;
}

export interface Applied {
  readonly shown: readonly Finding[];
  readonly hidden: readonly HiddenFinding[];
  readonly uses: readonly ExceptionUse[];
}

/** Parts findings into those that are shown and those that exceptions hide. `holds` gives, by finding id, the ids of the
 *  exceptions whose condition holds for it. Findings are never changed, and none is lost: shown and hidden are all.
 *
 *  An exception covers findings last seen before its end, whenever that is against the present: what it hid stays hidden
 *  when it ends, and what comes later is shown. One that would hide a confirmed case without leave, or everything, is
 *  refused and hides nothing. */
export function applyExceptions(
  findings: readonly Finding[],
  holds: ReadonlyMap<string, readonly string[]>,
  judged: Judged,
): Applied {
  const uses = judged.exceptions.map((exception) => useOf(exception, findings, holds, judged));
  const hiders = new Map<string, string[]>();
  for (const { exception, hides, state } of uses) {
    if (state !== 'applied') continue;
    for (const { id } of hides) hiders.set(id, [...(hiders.get(id) ?? []), exception.id]);
  }
  return {
    shown: findings.filter(({ id }) => !hiders.has(id)),
    hidden: findings.flatMap((finding) => {
      const by = hiders.get(finding.id);
      return by === undefined ? [] : [{ finding, by }];
    }),
    uses,
  };
}

function useOf(
  exception: Exception,
  findings: readonly Finding[],
  holds: ReadonlyMap<string, readonly string[]>,
  { verdicts, rules, now }: Judged,
): ExceptionUse {
  const covered = findings.filter(({ rule }) => exception.rules === null || exception.rules.includes(rule.id));
  const met = covered.filter(({ id }) => holds.get(id)?.includes(exception.id));
  const hides = met.filter(({ lastSeen }) => lastSeen < exception.expires);
  const confirmed = hides.filter((finding) =>
    verdicts.some((given) => given.verdict === 'true-positive' && isAbout(given, finding)),
  );
  const why = refusal(exception, covered, hides, confirmed);
  const ran = exception.rules === null || exception.rules.some((id) => rules.includes(id));
  return {
    exception,
    state: !ran ? 'elsewhere' : why === '' ? 'applied' : 'refused',
    why,
    hides,
    confirmed,
    outlived: met.length - hides.length,
    ending: exception.expires <= now ? 'ended' : exception.expires - now <= fortnight ? 'soon' : 'later',
  };
}

const fortnight = 14n * ticksPerDay;
/** Up to so many findings may well be all of one kind. */
const few = 5;

function refusal(
  { override, names }: Exception,
  covered: readonly Finding[],
  hides: readonly Finding[],
  confirmed: readonly Finding[],
): string {
  if (confirmed.length > 0 && override === undefined) {
    const cases = confirmed.length === 1 ? 'a confirmed case' : `${confirmed.length} confirmed cases`;
    const titles = confirmed.map(({ title }) => title).join('; ');
    return `it would hide ${cases}: ${titles}. Narrow its condition, or give it an override with reason and by`;
  }
  const values = Object.values(parts).map((part) => valuesOf(hides, part));
  const shared = values.some((each) => each.size === 1 && !each.has(''));
  if (hides.length > few && hides.length === covered.length && !shared) {
    return `it would hide all ${hides.length} findings of the data, which share no device, account, process or service. Narrow its condition`;
  }
  const [devices, programs, services] = [parts.device, parts.process, parts.service].map((part) =>
    mostValues(hides, part),
  ) as [number, number, number];
  if (!names && devices > 1 && (programs > 1 || services > 1)) {
    const told = `${hides.length} findings of ${devices} devices (programs: ${programs}, services: ${services})`;
    return `it would hide ${told}, and names none of them, so that it would hide whatever comes next as well. Say which are meant, by ${someColumns}`;
  }
  return '';
}

/** What findings that are rightly hidden together may share. */
const parts = {
  device: ({ entities }: Finding) => entities.device,
  account: ({ entities }: Finding) => entities.account,
  process: ({ entities }: Finding) => entities.process,
  service: ({ service }: Finding) => service,
};

function valuesOf(findings: readonly Finding[], part: (finding: Finding) => string): ReadonlySet<string> {
  return new Set(findings.map((finding) => part(finding).toLowerCase()));
}

/** How many there are at most: each that is not known may be another one. */
function mostValues(findings: readonly Finding[], part: (finding: Finding) => string): number {
  const unknown = findings.filter((finding) => part(finding) === '').length;
  return valuesOf(findings, part).size + Math.max(0, unknown - 1);
}
