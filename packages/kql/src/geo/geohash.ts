import type { Constant } from '../types.ts';
import { dynamic, type Folded, nothing, textOf, wholeOf } from './folded.ts';
import { type Position, positionOf } from './points.ts';
import { geoPolygon } from './shapes.ts';

/** Geohashes (pages geo-point-to-geohash-function, geo-geohash-*): 32 letters, five bits each, longitude first. */
export const geohashFunctions: Readonly<Record<string, Folded>> = {
  geo_point_to_geohash: (longitude, latitude, accuracy) => {
    const position = positionOf(longitude, latitude);
    const length = wholeOf(accuracy, 1, longest, 5);
    return position === undefined || length === undefined ? '' : hashOf(position, length);
  },
  geo_geohash_to_central_point: (hash) => {
    const cell = cellOf(hash);
    if (cell === undefined) return nothing;
    const middle = cell.map(([low, high]) => (low + high) / 2);
    return dynamic({ type: 'Point', coordinates: middle });
  },
  geo_geohash_to_polygon: (hash) => {
    const cell = cellOf(hash);
    if (cell === undefined) return nothing;
    const [[west, east], [south, north]] = cell;
    return geoPolygon([
      [west, south],
      [east, south],
      [east, north],
      [west, north],
    ]);
  },
  // Kusto gives the neighbours in an order of its own.
  geo_geohash_neighbors: (hash) => (cellOf(hash) === undefined ? nothing : undefined),
};

const letters = '0123456789bcdefghjkmnpqrstuvwxyz';
const longest = 18;

type Range = readonly [number, number];
/** The ranges of longitude and latitude, in degrees. */
type Cell = readonly [Range, Range];

const earth: Cell = [
  [-180, 180],
  [-90, 90],
];

function hashOf(position: Position, length: number): string {
  let ranges = earth;
  let hash = '';
  for (let bit = 0, letter = 0; hash.length < length; bit++) {
    const axis = bit % 2 === 0 ? 0 : 1;
    const upper = position[axis] >= middleOf(ranges[axis]);
    ranges = halved(ranges, axis, upper);
    letter = letter * 2 + (upper ? 1 : 0);
    if (bit % 5 !== 4) continue;
    hash += letters[letter];
    letter = 0;
  }
  return hash;
}

function cellOf(hash: Constant | undefined): Cell | undefined {
  const text = textOf(hash);
  if (text.length === 0 || text.length > longest) return undefined;
  let ranges = earth;
  let axis: 0 | 1 = 0;
  for (const letter of text) {
    const value = letters.indexOf(letter);
    if (value < 0) return undefined;
    for (let bit = 4; bit >= 0; bit--) {
      ranges = halved(ranges, axis, ((value >> bit) & 1) === 1);
      axis = axis === 0 ? 1 : 0;
    }
  }
  return ranges;
}

function middleOf([low, high]: Range): number {
  return (low + high) / 2;
}

function halved(ranges: Cell, axis: 0 | 1, upper: boolean): Cell {
  const [low, high] = ranges[axis];
  const middle = middleOf([low, high]);
  const half: Range = upper ? [middle, high] : [low, middle];
  return axis === 0 ? [half, ranges[1]] : [ranges[0], half];
}
