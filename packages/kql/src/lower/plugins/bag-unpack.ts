import type { Bound } from '../../parse/tree.ts';
import type { Defined, Relation } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { walk } from '../../plan/visitor.ts';
import type { KqlType, Span } from '../../types.ts';
import { type Env, type Lowering, refuse } from '../context.ts';
import { type Answer, constantColumn, type DataQuestion, declared, OpenColumns } from '../open-columns.ts';
import { constant, call as function_, internal, operator } from '../scalar-operator.ts';
import { passed, projected, reference, type Table } from '../table.ts';
import { argumentsByName, columnOf, constantOf, outputSchema, type Plugin, takesSource } from './arguments.ts';

interface Unpacking {
  readonly bag: PlanColumn;
  readonly prefix: string;
  readonly conflict: 'error' | 'replace_source' | 'keep_source';
  readonly ignored: ReadonlySet<string>;
  readonly span: Span;
}

/** `bag_unpack(Column, prefix, columnsConflict, ignoredProperties)`: each member of the bag becomes a column behind the
 *  table's own, in order of name. One that the table has already stands among the new ones, whoever wins. */
export const bagUnpack: Plugin = (call, node, input, env, context) => {
  const unpacking = unpackingOf(call, input, env, context);
  const { bag, span } = unpacking;
  const own = new Map(input.columns.filter((column) => column.id !== bag.id).map((column) => [column.name, column]));
  const schema = outputSchema(node);
  if (schema === undefined) throw new OpenColumns(call, 'bag_unpack', question(unpacking, input, own, context));
  const kept = takesSource(node) ? [...own.values()] : [];
  const members = context.given.answers.get(span.start + span.length)?.map(([key]) => unpacking.prefix + key);
  const made = schema.map(({ name, type }): Defined => {
    const source = own.get(name);
    const replaces = unpacking.conflict === 'replace_source' && (members?.includes(name) ?? true);
    if (source !== undefined && !replaces) {
      if (kept.length === 0 && source.type === type) return passed(source);
      return refuse(
        span,
        'WK002',
        `The table has a column \`${name}\` already.`,
        'Give a prefix: `bag_unpack(d, "d_")`.',
      );
    }
    const key = name.startsWith(unpacking.prefix) ? name.slice(unpacking.prefix.length) : undefined;
    if (key === undefined || unpacking.ignored.has(key)) {
      return refuse(span, 'WK002', `\`${name}\` is a name that this does not give.`, 'Leave it out of the schema.');
    }
    const member = operator('.', [reference(bag, span), constant(key, 'string', span)], 'dynamic', span);
    return { column: context.column(name, type), value: memberAs(member, type) };
  });
  const replaced = new Set(made.map(({ column }) => column.name));
  return projected(input, [...kept.filter(({ name }) => !replaced.has(name)).map(passed), ...made]);
};

function unpackingOf(call: Bound, input: Table, env: Env, context: Lowering): Unpacking {
  const args = argumentsByName(call, ['Column', 'OutputColumnPrefix', 'columnsConflict', 'ignoredProperties']);
  const value = (name: string) => {
    const arg = args.get(name);
    return arg === undefined ? undefined : constantOf(arg, env, context);
  };
  const bag = columnOf(args.get('Column'), call, input);
  if (bag.type !== 'dynamic') {
    const advice = 'Parse it in front: `extend d = parse_json(d)`.';
    return refuse(call.span, 'WK002', `\`${bag.name}\` is not dynamic.`, advice);
  }
  const prefix = value('OutputColumnPrefix') ?? '';
  const conflict = value('columnsConflict') ?? 'error';
  const given = value('ignoredProperties');
  const ignored = given !== null && typeof given === 'object' ? given.json : (given ?? []);
  if (conflict !== 'error' && conflict !== 'replace_source' && conflict !== 'keep_source') {
    return refuse(call.span, 'WK001', 'The conflict is resolved by `error`, `replace_source` or `keep_source`.');
  }
  if (typeof prefix !== 'string' || !Array.isArray(ignored)) {
    return refuse(call.span, 'WK001', 'The prefix is a text, and the ignored properties are an array of texts.');
  }
  return { bag, prefix, conflict, ignored: new Set(ignored.map(String)), span: call.span };
}

function memberAs(member: Scalar, type: KqlType): Scalar {
  if (type === 'dynamic') return member;
  const parsed = type === 'datetime' || type === 'timespan' || type === 'guid' || type === 'decimal';
  return parsed
    ? function_(`to${type}`, [member], type, member.span)
    : internal(`element_${type}`, [member], type, member.span);
}

/** Which members the bags have, and what kinds of values: pairs of a key and what `gettype` says. */
function question(
  unpacking: Unpacking,
  input: Table,
  own: ReadonlyMap<string, PlanColumn>,
  context: Lowering,
): DataQuestion {
  const { bag, span } = unpacking;
  checkPacked(input.relation, span);
  const text = (value: string): Scalar => constant(value, 'string', span);
  const kindOf = (value: Scalar): Scalar => function_('gettype', [value], 'string', span);
  const bags: Relation = {
    kind: 'filter',
    input: input.relation,
    predicate: operator('==', [kindOf(reference(bag)), text('dictionary')], 'bool', span),
  };
  const pair = context.column('pair', 'dynamic');
  const pairs: Relation = {
    kind: 'expand',
    input: bags,
    items: [{ column: pair, value: reference(bag), pairs: true }],
    index: undefined,
    limit: undefined,
  };
  const part = (index: bigint): Scalar =>
    operator('[]', [reference(pair), constant(index, 'long', span)], 'dynamic', span);
  const key: Defined = {
    column: context.column('Key', 'string'),
    value: function_('tostring', [part(0n)], 'string', span),
  };
  const kind: Defined = { column: context.column('Kind', 'string'), value: kindOf(part(1n)) };
  const read: Relation = { kind: 'project', input: pairs, columns: [key, kind] };
  const columns = [key.column, kind.column];
  const relation: Relation = { kind: 'summarize', input: read, groups: columns.map(passed), aggregates: [] };
  const values = constantColumn(input.relation, bag.id);
  return {
    plan: { relation, columns },
    known: values?.flatMap((value) => membersOf(value)),
    schemaOf: (answer) => schemaOf(unpacking, own, answer),
  };
}

/** Inside of a bag such a value would keep its type in Kusto, and is a text here. */
const untold: ReadonlySet<string> = new Set(['datetime', 'timespan', 'guid', 'decimal'] satisfies KqlType[]);

function checkPacked(relation: Relation, span: Span): void {
  walk(relation, (node) => {
    const packs =
      (node.kind === 'call' && /^(?:bag_pack|bag_set_key|pack|pack_dictionary|pack_array|zip)$/.test(node.name)) ||
      (node.kind === 'aggregate' && node.name.startsWith('make_'));
    if (!packs || !node.args.some((arg) => untold.has(arg.type))) return;
    const advice = 'Write the columns out: `evaluate bag_unpack(…) : (*, Name: datetime)`.';
    refuse(span, 'WK002', 'The types of packed datetimes, timespans, guids and decimals are not known.', advice);
  });
}

function membersOf(value: unknown): Answer {
  const json = value !== null && typeof value === 'object' && 'json' in value ? value.json : undefined;
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return [];
  return Object.entries(json).map(([key, member]) => [key, kindOfJson(member)]);
}

function kindOfJson(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'array' : 'dictionary';
}

/** A member whose values are all of one type has that type; otherwise it is dynamic. Nulls do not count. */
function schemaOf(unpacking: Unpacking, own: ReadonlyMap<string, PlanColumn>, answer: Answer): string {
  const { span, prefix } = unpacking;
  const kinds = new Map<string, Set<string>>();
  for (const [key = '', kind = ''] of answer) {
    if (unpacking.ignored.has(key)) continue;
    const known = kinds.get(prefix + key) ?? new Set();
    kinds.set(prefix + key, kind === 'null' ? known : known.add(kind));
  }
  const names = [...kinds.keys()].sort((a, b) => (a < b ? -1 : 1));
  const made = names.map((name) => {
    if (!/^[\p{L}\p{N}_ .-]+$/u.test(name)) {
      return refuse(span, 'WK002', `\`${name}\` is not a name for a column.`, 'Ignore it: `ignoredProperties = …`.');
    }
    const source = own.get(name);
    if (source !== undefined && unpacking.conflict === 'error') {
      const advice = 'Write `columnsConflict = "keep_source"` or `"replace_source"`, or a prefix.';
      return refuse(span, 'WK002', `The table has a column \`${name}\`, and so has a bag.`, advice);
    }
    if (source !== undefined && unpacking.conflict === 'keep_source') return declared(name, source.type);
    return declared(name, typeOfKinds(kinds.get(name) ?? new Set(), name, span));
  });
  const kept = [...own.values()].filter(({ name }) => !kinds.has(name)).map(({ name, type }) => declared(name, type));
  if (kept.length + made.length === 0) {
    return refuse(span, 'WK002', 'No bag has a member, so there is no column.', 'Write the columns out.');
  }
  return ` : (${[...kept, ...made].join(', ')})`;
}

const columnTypes: Readonly<Record<string, KqlType>> = { long: 'long', double: 'real', bool: 'bool', string: 'string' };

function typeOfKinds(kinds: ReadonlySet<string>, name: string, span: Span): KqlType {
  const [first = '', ...more] = kinds;
  if (first === '' || (kinds.size === 2 && kinds.has('long') && kinds.has('double'))) {
    const what = first === '' ? 'has no value but null' : 'is now a whole number and now another';
    const advice = `Write its type: \`evaluate bag_unpack(…) : (*, ${name}: real)\`.`;
    return refuse(span, 'WK002', `\`${name}\` ${what}, and what type it has is not documented.`, advice);
  }
  return more.length > 0 ? 'dynamic' : (columnTypes[first] ?? 'dynamic');
}
