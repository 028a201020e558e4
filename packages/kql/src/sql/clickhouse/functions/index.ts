import { refusedFunctions } from '../../common/refused.ts';
import type { ScalarFunction } from '../../emit.ts';
import { arrayFunctions } from './arrays.ts';
import { bagFunctions } from './bags.ts';
import { binFunctions } from './bins.ts';
import { calendarFunctions } from './calendar.ts';
import { conditionalFunctions } from './conditional.ts';
import { conversionFunctions } from './conversion.ts';
import { datetimeFunctions } from './datetime.ts';
import { encodeFunctions } from './encode.ts';
import { formatFunctions } from './format.ts';
import { mathFunctions } from './math.ts';
import { networkFunctions } from './network.ts';
import { patternFunctions } from './patterns.ts';
import { stringFunctions } from './strings.ts';
import { urlFunctions } from './url.ts';

/** KQL's scalar functions by name, older spellings included. */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  ...refusedFunctions,
  ...conditionalFunctions,
  ...conversionFunctions,
  ...stringFunctions,
  ...patternFunctions,
  ...datetimeFunctions,
  ...calendarFunctions,
  ...formatFunctions,
  ...binFunctions,
  ...mathFunctions,
  ...arrayFunctions,
  ...bagFunctions,
  ...networkFunctions,
  ...urlFunctions,
  ...encodeFunctions,
};
