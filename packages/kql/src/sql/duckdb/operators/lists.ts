import { jsonText } from '../../common/json-text.ts';
import { fits, isConstantText, needle } from '../../common/lists.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { at, dynamicText, folded, never, text } from '../functions/values.ts';
import { equals } from './compare.ts';
import { hasAnyTerm } from './terms.ts';
import { hasTerm } from './text.ts';

/** The right side of a list operator: dynamic-array constants flattened, the rest as they stand. */
function items(args: readonly Arg[]): Arg[] {
  return args.slice(1).flatMap((arg) => {
    const constant = arg.constant;
    if (constant === null || typeof constant !== 'object') return [arg];
    const list = Array.isArray(constant.json) ? (constant.json as readonly unknown[]) : [constant.json];
    return list.map((json) => element(json, arg));
  });
}

/** One element of a constant dynamic array as an argument of its own type. */
function element(json: unknown, { span }: Arg): Arg {
  if (typeof json === 'string') return { sql: literal(json), type: 'string', constant: json, nullable: false, span };
  if (typeof json === 'boolean') return { sql: String(json), type: 'bool', constant: json, nullable: false, span };
  if (typeof json === 'bigint' || Number.isSafeInteger(json)) {
    const whole = BigInt(json as number | bigint);
    return { sql: String(whole), type: 'long', constant: whole, nullable: false, span };
  }
  if (typeof json === 'number') {
    return { sql: `CAST(${json} AS DOUBLE)`, type: 'real', constant: json, nullable: false, span };
  }
  if (json === null) return { sql: 'NULL', type: 'dynamic', constant: null, nullable: true, span };
  const sql = literal(jsonText(json));
  return { sql: `CAST(${sql} AS JSON)`, type: 'dynamic', constant: { json }, nullable: false, span };
}

/** A dynamic that is known only per row: its elements' texts as a list, a scalar's text as a list of one. */
export function textList(sql: string): string {
  return `CASE json_type(${sql}) WHEN 'ARRAY' THEN list_transform(CAST(${sql} AS JSON[]), lambda _kql_e: ${dynamicText('_kql_e')}) ELSE [${dynamicText(sql)}] END`;
}

function holdsNaN(item: Arg): boolean {
  return Number.isNaN(item.constant);
}

function membership(negated: boolean, caseSensitive: boolean): ScalarFunction {
  const plain = (args: readonly Arg[], call: CallContext): string => {
    const subject = at(args, 0);
    const list = items(args);
    // NaN equals nothing; DuckDB would find it.
    const known = list.filter((item) => item.constant !== undefined && fits(subject, item) && !holdsNaN(item));
    const rest = list.filter((item) => !known.includes(item) && !holdsNaN(item));
    const parts: string[] = [];
    if (known.length > 0) {
      const asText = subject.type === 'dynamic' || subject.type === 'string';
      if (asText) {
        const left = caseSensitive ? text(subject) : folded(subject);
        parts.push(`${left} IN (${known.map((item) => (caseSensitive ? text(item) : folded(item))).join(', ')})`);
      } else {
        parts.push(`${subject.sql} IN (${known.map((item) => item.sql).join(', ')})`);
      }
    }
    for (const item of rest) parts.push(memberOf(subject, item, args, caseSensitive, call));
    if (parts.length === 0) return 'false';
    return parts.length === 1 ? `(${parts[0]})` : `(${parts.join(' OR ')})`;
  };
  const emit = (args: readonly Arg[], call: CallContext): string => {
    const inside = plain(args, call);
    const nullable = at(args, 0).nullable && at(args, 0).type !== 'dynamic';
    if (negated) return nullable ? `coalesce(NOT ${inside}, true)` : `(NOT ${inside})`;
    return nullable ? `coalesce(${inside}, false)` : inside;
  };
  return { emit, nullable: never, ...(negated ? {} : { filter: plain }) };
}

function memberOf(subject: Arg, item: Arg, written: readonly Arg[], caseSensitive: boolean, call: CallContext): string {
  if (item.type === 'dynamic' && item.constant === undefined) {
    if (subject.type !== 'string' && subject.type !== 'dynamic') {
      return call.refuse(`${call.name} does not look for a ${subject.type} in a computed array`, 'use set_has_element');
    }
    return caseSensitive
      ? `list_contains(${textList(item.sql)}, ${text(subject)})`
      : `list_contains(list_transform(${textList(item.sql)}, lambda _kql_l: lower(_kql_l)), ${folded(subject)})`;
  }
  // `in` is a series of `==`, which reads a literal text as the subject's type. Whether it does so inside a dynamic
  // array is not known.
  const literalText = isConstantText(item) && written.includes(item);
  if (!literalText && (item.constant === null || (item.constant !== undefined && !fits(subject, item)))) {
    return call.refuse(`${call.name} cannot compare a ${subject.type} with this item`, 'give items of the same type');
  }
  if (subject.type === 'string' || subject.type === 'dynamic') {
    if (item.type !== 'string' && item.type !== 'dynamic') {
      return call.refuse(`${call.name} cannot compare a ${subject.type} with a ${item.type}`, 'cast one of them');
    }
    return caseSensitive ? `${text(subject)} = ${text(item)}` : `${folded(subject)} = ${folded(item)}`;
  }
  return equals.emit([subject, item], call);
}

const hasTermOf = hasTerm('both', false);

const hasAny: ScalarFunction = {
  emit(args, call) {
    const subject = at(args, 0);
    const list = items(args);
    const needles = list.map(needle).filter((item) => item !== undefined);
    const nulls = list.filter((item) => item.constant === null);
    const rest = list.filter((item) => item.constant !== null && needle(item) === undefined);
    if (nulls.length > 0 || needles.includes('')) return 'true';
    const parts: string[] = [];
    if (needles.length > 0) {
      parts.push(anyTerm(subject, [...new Set(needles)], call));
    }
    for (const item of rest) parts.push(computed(subject, item, call, 'any'));
    return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
  },
  nullable: never,
};

const hasAll: ScalarFunction = {
  emit(args, call) {
    const subject = at(args, 0);
    const parts = items(args)
      .filter((item) => item.constant !== null)
      .map((item) => {
        const constant = needle(item);
        return constant === undefined ? computed(subject, item, call, 'all') : anyTerm(subject, [constant], call);
      });
    return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
  },
  nullable: never,
};

/** Several needles are one regular expression: the engine reads the text once. */
function anyTerm(subject: Arg, needles: readonly string[], call: CallContext): string {
  const [only, ...more] = needles;
  if (only !== undefined && more.length === 0) {
    return hasTermOf(subject, { ...subject, sql: literal(only), type: 'string', constant: only }, call);
  }
  return hasAnyTerm(folded(subject), needles, 'both', false);
}

/** A needle, or an array of needles, that is known only per row. */
function computed(subject: Arg, item: Arg, call: CallContext, which: 'any' | 'all'): string {
  if (item.type === 'string') return hasTermOf(subject, item, call);
  if (item.type !== 'dynamic') return call.refuse(`${call.name} takes texts`, 'write tostring(…)');
  const each: Arg = { sql: '_kql_i', type: 'string', nullable: false, span: item.span };
  const hits = `list_transform(${textList(item.sql)}, lambda _kql_i: ${hasTermOf(subject, each, call)})`;
  return which === 'any' ? `coalesce(list_bool_or(${hits}), false)` : `coalesce(list_bool_and(${hits}), true)`;
}

export const listOperators: Readonly<Record<string, ScalarFunction>> = {
  in: membership(false, true),
  '!in': membership(true, true),
  'in~': membership(false, false),
  '!in~': membership(true, false),
  has_any: hasAny,
  has_all: hasAll,
};
