import { logic } from '../../common/logic.ts';
import type { ScalarFunction } from '../../emit.ts';
import { access } from './access.ts';
import { arithmetic } from './arithmetic.ts';
import { comparisons } from './compare.ts';
import { listOperators } from './lists.ts';
import { textOperators } from './text.ts';

/** KQL's operators by their text; `unary-` for the sign, `.` and `[]` for access into a dynamic. */
export const operators: Readonly<Record<string, ScalarFunction>> = {
  ...comparisons,
  ...logic,
  ...arithmetic,
  ...textOperators,
  ...listOperators,
  ...access,
};
