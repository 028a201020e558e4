import { columnsOf } from '../../plan/columns.ts';
import type { Relation, SummarizeNode } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { type Carried, filter, type Interval, passed, project, read } from './carried.ts';
import type { Making } from './making.ts';
import { possible } from './possible.ts';
import { internal, long } from './scalars.ts';

/** The rows of a `summarize`, and it over them, without those that are in their group only while that cannot meet the
 *  conditions which stand over it. No row is there for longer than a part of time: all that a group has at any moment of
 *  a part came in this part or in the one before, and a plain grouping by part knows the most that they can amount to.
 *  Where some of a group's rows are gone, the rest amounts to less, and meets the conditions as little. */
export function narrowed(
  node: SummarizeNode,
  input: Carried,
  interval: Interval,
  conditions: readonly Scalar[],
  making: Making,
): { readonly node: SummarizeNode; readonly input: Carried } {
  const test = possible(node, conditions, making);
  if (test === undefined) return { node, input };
  const by = node.groups.map(({ column }) => column);
  const part = making.column('$part');
  const width = long(making.width);
  const rows = project(making.readTwice(input.relation), [
    ...columnsOf(input.relation).map(passed),
    ...node.groups,
    { column: part, value: internal('part_of_time', [read(interval.enter), width]) },
  ]);
  const groups = [...by, part].map(passed);
  const summed = making.shared({ kind: 'summarize', input: rows, groups, aggregates: test.aggregates });
  // Of a row that comes in one part the next one sees the rest.
  const known = test.aggregates.map(({ column }) => passed(column));
  const both = making.union(
    [summed, project(summed, [...by.map(passed), { column: part, value: internal('after', [read(part)]) }, ...known])],
    [...by, part, ...known.map(({ column }) => column)],
  );
  const together: Relation = { kind: 'summarize', input: both, groups, aggregates: test.together };
  const meeting = filter(project(together, [...groups, ...test.bounds]), test.condition);
  const found = making.shared(project(meeting, groups));
  const [own, theirs] = [making.column('$group'), making.column('$group')];
  // Groups that look alike by it keep rows in vain, and no harm is done.
  const group = (at: Scalar): Scalar => internal('keys_hash', [...by.filter(isHashed).map(read), at]);
  const at = (moment: Scalar): Relation => project(found, [{ column: theirs, value: group(moment) }]);
  const relation: Relation = {
    kind: 'join',
    join: 'leftsemi',
    left: project(rows, [...columnsOf(rows).map(passed), { column: own, value: group(read(part)) }]),
    right: making.union([at(read(part)), at(internal('before', [read(part)]))], [theirs]),
    on: [{ left: read(own), right: read(theirs) }],
  };
  return { node: { ...node, groups: by.map(passed) }, input: { ...input, relation } };
}

function isHashed({ type }: PlanColumn): boolean {
  return type === 'string' || type === 'long' || type === 'datetime' || type === 'timespan';
}
