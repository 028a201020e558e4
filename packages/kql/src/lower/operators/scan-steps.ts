import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { ConstantNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import { Transformer } from '../../plan/transformer.ts';
import type { KqlType } from '../../types.ts';
import { Env, type Lowering, refuse, type Scope, short } from '../context.ts';
import { call, constant, inType } from '../scalar-operator.ts';
import type { Table } from '../table.ts';
import { scopeOf } from '../table.ts';
import { checkText } from '../text.ts';
import { namedType } from '../type-names.ts';

/** A column that `declare` adds. */
export interface Declared {
  readonly name: string;
  readonly type: KqlType;
  /** What it is where no step assigns it. */
  readonly first: ConstantNode;
}

/** What a condition or an assignment reads of the state: a column of a step's latest match. */
export interface StateRead {
  readonly step: number;
  readonly name: string;
  /** Stands for the value until the state is known (`substituted`). */
  readonly column: PlanColumn;
}

export interface Step {
  readonly node: Bound;
  readonly output: 'all' | 'last' | 'none';
  readonly condition: Scalar;
  readonly assigned: ReadonlyMap<string, Scalar>;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly declared: readonly Declared[];
  readonly reads: readonly StateRead[];
}

/** The steps of a `scan`, their expressions lowered over the row and over stand-ins for the state. */
export function stepsOf(node: Bound, input: Table, env: Env, context: Lowering): Steps {
  const declared = declaredBy(node, env, context);
  const nodes = node.list('Steps');
  const names = nodes.map((step) => nameOf(need(step, 'Name')));
  const types = new Map<string, KqlType>();
  for (const { name, type } of [...input.columns, ...declared]) types.set(name, type);
  const reads: StateRead[] = [];
  const read = (step: number, name: string, at: Bound): Scalar => {
    const type = types.get(name);
    if (type === undefined) return refuse(at.span, 'WK001', `\`${short(at.text)}\` is not a column of the state.`);
    let found = reads.find((item) => item.step === step && item.name === name);
    if (found === undefined) {
      found = { step, name, column: context.column(name, type) };
      reads.push(found);
    }
    return { kind: 'column', id: found.column.id, type, span: at.span };
  };
  const base = scopeOf(input, env);
  const steps = nodes.map((step, index): Step => {
    const assignments = step.child('ComputationClause')?.list('Assignments') ?? [];
    const own = new Set(assignments.map((item) => nameOf(need(item, 'Name'))));
    const scopeFor = (at: Bound, blocked: ReadonlySet<string>): Scope => {
      const inner = new Env(env);
      for (const { name, first } of declared)
        if (!blocked.has(name)) inner.define(name, { kind: 'scalar', value: first });
      const reachable = names.slice(0, index + 1).map((name, place) => {
        return [name, (column: string) => read(place, column, at)] as const;
      });
      return { ...base, env: inner, steps: new Map(reachable) };
    };
    const condition = need(step, 'Condition');
    return {
      node: step,
      output: outputOf(step),
      condition: context.scalar(condition, scopeFor(condition, new Set())),
      assigned: new Map(
        assignments.map((item) => {
          const target = nameOf(need(item, 'Name'));
          const type = declared.find(({ name }) => name === target)?.type;
          const value = need(item, 'Expression');
          if (type === undefined) return refuse(item.span, 'WK001', `\`${target}\` is not declared.`);
          // Whether a value sees what another one of the same step assigns is not documented; itself it does not.
          const others = new Set([...own].filter((name) => name !== target));
          return [target, fitted(context.scalar(value, scopeFor(value, others)), type)];
        }),
      ),
    };
  });
  return { steps, declared, reads };
}

function outputOf(step: Bound): Step['output'] {
  const kind = step.child('ScanStepOutput')?.child('OutputKind');
  const word = kind?.text.toLowerCase() ?? 'all';
  if (word === 'all' || word === 'last' || word === 'none') return word;
  return refuse(kind?.span ?? step.span, 'WK001', `\`output=${word}\` is not supported.`);
}

function declaredBy(node: Bound, env: Env, context: Lowering): readonly Declared[] {
  return (node.child('DeclareClause')?.list('Declarations') ?? []).map((item) => {
    const declared = need(item, 'NameAndType');
    const name = nameOf(need(declared, 'Name'));
    const written = need(declared, 'Type');
    const type = namedType(written.text);
    if (type === undefined || type === 'decimal') {
      return refuse(written.span, 'WK001', `A column of type \`${short(written.text)}\` is not supported here.`);
    }
    const given = item.child('DefaultValue')?.child('Value');
    if (given === undefined) return { name, type, first: constant(type === 'string' ? '' : null, type, item.span) };
    const value = fitted(literal(given) ?? context.scalar(given, { env, columns: new Map() }), type);
    if (value.kind !== 'constant') return refuse(given.span, 'WK002', 'The default must be a constant.');
    return { name, type, first: value };
  });
}

const literalTypes: Readonly<Record<string, KqlType>> = {
  BooleanLiteralExpression: 'bool',
  IntLiteralExpression: 'int',
  LongLiteralExpression: 'long',
  RealLiteralExpression: 'real',
  StringLiteralExpression: 'string',
  DateTimeLiteralExpression: 'datetime',
  TimespanLiteralExpression: 'timespan',
  GuidLiteralExpression: 'guid',
};

/** A literal default, to which the binder gives no type. */
function literal(node: Bound): ConstantNode | undefined {
  if (node.kind === 'UnaryMinusExpression') {
    const inner = literal(need(node, 'Expression'));
    const value = inner?.value;
    return inner && (typeof value === 'bigint' || typeof value === 'number')
      ? constant(-value, inner.type, node.span)
      : undefined;
  }
  const type = literalTypes[node.kind];
  if (type === undefined || node.constant === undefined) return undefined;
  if (typeof node.constant === 'string') checkText(node.constant, node);
  return constant(node.constant, type, node.span);
}

/** A value in the declared type, where it converts without loss. */
function fitted(value: Scalar, type: KqlType): Scalar {
  if (value.type === type) return value;
  const converted = value.kind === 'constant' ? inType(value, type) : undefined;
  if (converted !== undefined) return converted;
  const whole = value.type === 'int' || value.type === 'long';
  if (whole && type === 'long') return call('tolong', [value], type, value.span);
  if (whole && type === 'real') return call('todouble', [value], type, value.span);
  const message = `A ${value.type} does not fit the declared type ${type}.`;
  return refuse(value.span, 'WK002', message, `Convert: \`to${type}(…)\`.`);
}

/** The value with stand-ins replaced. */
export function substituted(value: Scalar, of: ReadonlyMap<number, Scalar>): Scalar {
  return new Substitution(of).scalar(value);
}

class Substitution extends Transformer {
  readonly #of: ReadonlyMap<number, Scalar>;

  constructor(of: ReadonlyMap<number, Scalar>) {
    super();
    this.#of = of;
  }

  override scalar(node: Scalar): Scalar {
    return (node.kind === 'column' ? this.#of.get(node.id) : undefined) ?? super.scalar(node);
  }
}
