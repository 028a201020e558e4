import { refusedFunctions } from '../../common/refused.ts';
import { unitFunctions } from '../../common/units.ts';
import type { ScalarFunction } from '../../emit.ts';
import { arrayFunctions } from './arrays.ts';
import { bagFunctions } from './bags.ts';
import { betaFunctions } from './beta.ts';
import { binFunctions } from './bins.ts';
import { calendarFunctions } from './calendar.ts';
import { commandLineFunctions } from './command-line.ts';
import { conditionalFunctions } from './conditional.ts';
import { conversionFunctions } from './conversion.ts';
import { datetimeFunctions } from './datetime.ts';
import { decimalFunctions } from './decimal.ts';
import { encodeFunctions } from './encode.ts';
import { formatFunctions } from './format.ts';
import { hashFunctions } from './hash.ts';
import { indexFunctions } from './index-of.ts';
import { ipv6Functions } from './ipv6.ts';
import { mathFunctions } from './math.ts';
import { networkFunctions } from './network.ts';
import { pathFunctions } from './path.ts';
import { patternFunctions } from './patterns.ts';
import { percentFunctions } from './percent.ts';
import { punycodeFunctions } from './punycode.ts';
import { seriesDecomposeFunctions } from './series-decompose.ts';
import { seriesElementFunctions } from './series-elements.ts';
import { seriesFillFunctions } from './series-fill.ts';
import { seriesFilterFunctions } from './series-filter.ts';
import { seriesOutlierFunctions } from './series-outliers.ts';
import { seriesStatsFunctions } from './series-stats.ts';
import { sketchFunctions } from './sketches.ts';
import { specialFunctions } from './special.ts';
import { stringFunctions } from './strings.ts';
import { timeZoneFunctions } from './time-zone.ts';
import { urlFunctions } from './url.ts';
import { double } from './values.ts';

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
  ...seriesElementFunctions,
  ...seriesFillFunctions,
  ...seriesStatsFunctions,
  ...seriesFilterFunctions,
  ...seriesOutlierFunctions,
  ...seriesDecomposeFunctions,
  ...hashFunctions,
  ...decimalFunctions,
  ...ipv6Functions,
  ...indexFunctions,
  ...unitFunctions(double),
  ...percentFunctions,
  ...pathFunctions,
  ...commandLineFunctions,
  ...timeZoneFunctions,
  ...specialFunctions,
  ...betaFunctions,
  ...sketchFunctions,
  ...punycodeFunctions,
};
