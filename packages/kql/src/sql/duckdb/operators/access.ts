import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { pointerTo } from '../functions/json.ts';
import { at, constantInteger, constantText, long, once, text } from '../functions/values.ts';

/** A JSON null inside a dynamic is KQL's null dynamic, hence NULL. */
export function nonNull(json: string): string {
  return `nullif(${json}, 'null')`;
}

function member(subject: Arg, key: string): string {
  const value = nonNull(
    `json_extract(${subject.sql}, ${literal(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)})`,
  );
  return /^[0-9]+$/.test(key) ? ofBag(subject, value) : value;
}

/** A pointer of digits would count the elements of an array. */
function ofBag(subject: Arg, value: string): string {
  return `CASE WHEN json_type(${subject.sql}) = 'OBJECT' THEN ${value} END`;
}

const byName: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key === undefined) return call.refuse('a member name must be constant here');
    return member(dynamicOnly(at(args, 0), call), key);
  },
  nullable: () => true,
};

const byIndex: ScalarFunction = {
  emit(args, call) {
    const subject = dynamicOnly(at(args, 0), call);
    const index = at(args, 1);
    const constant = constantInteger(index);
    if (constant !== undefined) return nonNull(`json_extract(${subject.sql}, '$[${constant}]')`);
    const key = constantText(index);
    if (key !== undefined) return member(subject, key);
    if (index.type === 'string' || index.type === 'dynamic') {
      return ofBag(subject, nonNull(`json_extract(${subject.sql}, ${pointerTo(text(index))})`));
    }
    if (index.type === 'long' || index.type === 'int') {
      return once(
        long(index),
        '_kql_x',
        (x) =>
          `CASE WHEN json_type(${subject.sql}) = 'ARRAY' THEN ${nonNull(`json_extract(${subject.sql}, ${x})`)} END`,
      );
    }
    return call.refuse(`a dynamic is not indexed by a ${index.type}`, 'use a number or a name');
  },
  nullable: () => true,
};

function dynamicOnly(arg: Arg, call: CallContext): Arg {
  if (arg.type === 'dynamic') return arg;
  return call.refuse(`a ${arg.type} has no members`, 'parse it first: parse_json(…)');
}

export const access: Readonly<Record<string, ScalarFunction>> = { '.': byName, '[]': byIndex };
