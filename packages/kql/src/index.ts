export { type Compiled, type CompileOptions, compile, type DialectName, planToSql } from './compile.ts';
export { type Diagnostic, Refusal, renderDiagnostic } from './diagnostic.ts';
export { columnsOf } from './plan/columns.ts';
export type { Plan, Relation } from './plan/relation.ts';
export type { PlanColumn, Scalar } from './plan/scalar.ts';
export { Transformer } from './plan/transformer.ts';
export { columnsRead, readsNow, relationsOf, scalarsOf, walk } from './plan/visitor.ts';
export { identifier, literal } from './sql/quote.ts';
export type { Column, KqlType, Schema } from './types.ts';
