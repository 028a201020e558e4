export {
  type Compiled,
  type CompileOptions,
  compile,
  compileAsking,
  type DialectName,
  planToSql,
  type Question,
} from './compile.ts';
export { type Diagnostic, Refusal, renderDiagnostic } from './diagnostics.ts';
export { type Completion, type Completions, completionsAt, type Said, saidAt } from './editing.ts';
export { type LintDiagnostic, type LintOptions, lint } from './lint/lint.ts';
export type { HostKnowledge, Product, RuleFacts } from './lint/rule.ts';
export { defenderSchema } from './lint/schemas/defender.ts';
export { sentinelSchema } from './lint/schemas/sentinel.ts';
export { sentinelTables } from './lint/schemas/tables.ts';
export type { ExternalData } from './lower/external.ts';
export type { Answer } from './lower/open-columns.ts';
export { parserAtWork } from './parse/microsoft.ts';
export { renderPlan } from './plan/print.ts';
export type { Plan, Relation } from './plan/relation.ts';
export type { PlanColumn, Scalar } from './plan/scalar.ts';
export { Transformer } from './plan/transformer.ts';
export { columnsRead, readsNow, relationsOf, walk } from './plan/visitor.ts';
export { isVolatileCall } from './plan/volatile.ts';
export { type Reference, referencesOf } from './references.ts';
export { type Rendering, renderingOf } from './rendering.ts';
export { unlikePromised } from './returned.ts';
export { emptyTable } from './tables.ts';
export { type Candidates, candidatesOf, type Selection } from './time/candidates.ts';
export { emptyOverNothing, withoutEmpty } from './time/empty.ts';
export { membersOf } from './time/members.ts';
export { nowOfEachRow } from './time/row-now.ts';
export { type Shape, shapeOf } from './time/shape.ts';
export { type SweepOptions, type Swept, type SweptGroup, sweep } from './time/sweep/index.ts';
export type { Asked } from './time/windowed.ts';
export type { Column, Constant, KqlType, Schema } from './types.ts';
