import { refusedFunctions } from '../../common/refused.ts';
import type { ScalarFunction } from '../../emit.ts';
import { conditionalFunctions } from './conditional.ts';
import { conversionFunctions } from './conversion.ts';

/** KQL's scalar functions by name, older spellings included. */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  ...refusedFunctions,
  ...conditionalFunctions,
  ...conversionFunctions,
};
