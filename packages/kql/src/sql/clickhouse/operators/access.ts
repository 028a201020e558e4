import { at, constantInteger, constantText } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { elements, known, member } from '../functions/json.ts';
import { long, once, text } from '../functions/values.ts';
import { literal } from '../quote.ts';

const byName: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key === undefined) return call.refuse('a member name must be constant here');
    return member(dynamicOnly(at(args, 0), call), literal(key));
  },
  nullable: () => true,
};

/** By a number from 0, a negative one counts from the end; by a name as `.` does. */
const byIndex: ScalarFunction = {
  emit(args, call) {
    const subject = dynamicOnly(at(args, 0), call);
    const index = at(args, 1);
    const constant = constantInteger(index);
    // ClickHouse counts from 1, and from -1 at the end; what is not there is ''.
    if (constant !== undefined) return known(`${elements(subject)}[${constant < 0n ? constant : constant + 1n}]`);
    if (index.type === 'string' || index.type === 'dynamic') return member(subject, text(index));
    if (index.type === 'long' || index.type === 'int') {
      return once(long(index), '_kql_x', (x) => known(`${elements(subject)}[if(${x} < 0, ${x}, ${x} + 1)]`));
    }
    return call.refuse(`a dynamic is not indexed by a ${index.type}`, 'use a number or a name');
  },
  nullable: () => true,
};

function dynamicOnly(arg: Arg, call: CallContext): string {
  if (arg.type === 'dynamic') return arg.sql;
  return call.refuse(`a ${arg.type} has no members`, 'parse it first: parse_json(…)');
}

export const access: Readonly<Record<string, ScalarFunction>> = { '.': byName, '[]': byIndex };
