import type { Folded } from './folded.ts';
import { geohashFunctions } from './geohash.ts';
import { h3Functions } from './h3.ts';
import { lineFunctions } from './lines.ts';
import { polygonFunctions } from './polygons.ts';
import { s2Functions } from './s2Cells.ts';
import { wktFunctions } from './wkt.ts';

/** The geospatial functions that no engine has, by KQL's name for them. */
export const geoFunctions: Readonly<Record<string, Folded>> = {
  ...geohashFunctions,
  ...h3Functions,
  ...s2Functions,
  ...wktFunctions,
  ...lineFunctions,
  ...polygonFunctions,
};
