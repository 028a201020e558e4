import type { Rule } from './rule.ts';
import { badRegex } from './rules/bad-regex.ts';
import { binsAndLookBack } from './rules/bins-and-look-back.ts';
import { caseNever } from './rules/case-never.ts';
import { caseSensitiveName } from './rules/case-sensitive-name.ts';
import { constantAggregate } from './rules/constant-aggregate.ts';
import { containsTerm } from './rules/contains-term.ts';
import { contradiction } from './rules/contradiction.ts';
import { coveredNeedle } from './rules/covered-needle.ts';
import { coversEverything } from './rules/covers-everything.ts';
import { differentLookBacks } from './rules/different-look-backs.ts';
import { direction } from './rules/direction.ts';
import { dnsOnly } from './rules/dns-only.ts';
import { duplicates } from './rules/duplicates.ts';
import { emptyNeedle } from './rules/empty-needle.ts';
import { expandBeforeFilter } from './rules/expand-before-filter.ts';
import { fragmentNeedle } from './rules/fragment-needle.ts';
import { hostAlone } from './rules/host-alone.ts';
import { hostBoundary } from './rules/host-boundary.ts';
import { hostsOfService } from './rules/hosts-of-service.ts';
import { identityLost } from './rules/identity-lost.ts';
import { idleSort } from './rules/idle-sort.ts';
import { impossibleHost } from './rules/impossible-host.ts';
import { ipv6Forgotten } from './rules/ipv6-forgotten.ts';
import { joinWithoutTime } from './rules/join-without-time.ts';
import { kindsLeftOut } from './rules/kinds-left-out.ts';
import { literalWildcard } from './rules/literal-wildcard.ts';
import { lookBackAndSchedule } from './rules/look-back-and-schedule.ts';
import { mixedAndOr } from './rules/mixed-and-or.ts';
import { nameOnly } from './rules/name-only.ts';
import { nearKnownHost } from './rules/near-known-host.ts';
import { needleEdges } from './rules/needle-edges.ts';
import { noTimeFilter } from './rules/no-time-filter.ts';
import { notContinuous } from './rules/not-continuous.ts';
import { outsideByAddress } from './rules/outside-by-address.ts';
import { placeholder } from './rules/placeholder.ts';
import { privateByText } from './rules/private-by-text.ts';
import { redundantPredicate } from './rules/redundant-predicate.ts';
import { regexScan } from './rules/regex-scan.ts';
import { regionalHost } from './rules/regional-host.ts';
import { repeatedAlerts } from './rules/repeated-alerts.ts';
import { searchEverything } from './rules/search-everything.ts';
import { smallUploads } from './rules/small-uploads.ts';
import { successOnly } from './rules/success-only.ts';
import { timeColumn } from './rules/time-column.ts';
import { transferTools } from './rules/transfer-tools.ts';
import { unboundedGroup } from './rules/unbounded-group.ts';
import { unionTypes } from './rules/union-types.ts';
import { units } from './rules/units.ts';
import { unknownColumn } from './rules/unknown-column.ts';
import { unknownTable } from './rules/unknown-table.ts';
import { unreachableArm } from './rules/unreachable-arm.ts';
import { wantedColumns } from './rules/wanted-columns.ts';

export interface Group {
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** Every rule, by group; the first digit of a code is its group's. */
export const groups: readonly Group[] = [
  { title: 'Names and types', rules: [unknownColumn, timeColumn, unknownTable, unionTypes, wantedColumns] },
  {
    title: 'Text',
    rules: [
      fragmentNeedle,
      needleEdges,
      coveredNeedle,
      hostBoundary,
      caseNever,
      literalWildcard,
      badRegex,
      emptyNeedle,
    ],
  },
  {
    title: 'Logic',
    rules: [contradiction, redundantPredicate, coversEverything, unreachableArm, mixedAndOr, constantAggregate],
  },
  { title: 'Time', rules: [noTimeFilter, lookBackAndSchedule, repeatedAlerts, differentLookBacks, binsAndLookBack] },
  {
    title: 'What gets past',
    rules: [
      unboundedGroup,
      nameOnly,
      caseSensitiveName,
      privateByText,
      ipv6Forgotten,
      successOnly,
      outsideByAddress,
      dnsOnly,
      hostAlone,
    ],
  },
  { title: 'Saving it in Defender', rules: [identityLost, notContinuous] },
  { title: 'Bytes', rules: [direction, units, smallUploads] },
  { title: 'Cost', rules: [containsTerm, regexScan, joinWithoutTime, searchEverything, expandBeforeFilter, idleSort] },
  {
    title: 'Lists',
    rules: [
      impossibleHost,
      duplicates,
      placeholder,
      nearKnownHost,
      hostsOfService,
      kindsLeftOut,
      regionalHost,
      transferTools,
    ],
  },
];

export const rules: readonly Rule[] = groups.flatMap((group) => group.rules);
