import {
  cellToBoundary,
  cellToChildren,
  cellToLatLng,
  cellToParent,
  getResolution,
  gridDisk,
  isValidCell,
  latLngToCell,
} from 'h3-js';
import type { Constant } from '../types.ts';
import { dynamic, type Folded, nothing, textOf, wholeOf } from './folded.ts';
import { positionOf } from './points.ts';

/** H3 cells (pages geo-h3cell-*, geo-point-to-h3cell-function). What is invalid is null, or the empty text. */
export const h3Functions: Readonly<Record<string, Folded>> = {
  geo_point_to_h3cell: (longitude, latitude, resolution) => {
    const position = positionOf(longitude, latitude);
    const level = wholeOf(resolution, 0, 15, 6);
    return position === undefined || level === undefined ? '' : latLngToCell(position[1], position[0], level);
  },
  geo_h3cell_level: (cell) => ofCell(cell, (token) => BigInt(getResolution(token))) ?? null,
  geo_h3cell_parent: (cell, resolution) =>
    ofCell(cell, (token) => {
      const own = getResolution(token);
      const level = wholeOf(resolution, 0, own - 1, own - 1);
      return level === undefined || level < 0 ? '' : cellToParent(token, level);
    }) ?? '',
  geo_h3cell_children: (cell, resolution) =>
    ofCell(cell, (token) => {
      const own = getResolution(token);
      const level = wholeOf(resolution, own + 1, 15, own + 1);
      if (level === undefined || level > 15 || level - own > deepestStep) return nothing;
      return dynamic(cellToChildren(token, level));
    }) ?? nothing,
  // Kusto gives the neighbours in an order of its own.
  geo_h3cell_neighbors: (cell) => (ofCell(cell, () => nothing) === undefined ? nothing : undefined),
  geo_h3cell_rings: (cell, distance) => {
    const last = wholeOf(distance, 0, 142);
    if (last === undefined) return nothing;
    return ofCell(cell, (token) => dynamic(rings(token, last))) ?? nothing;
  },
  geo_h3cell_to_central_point: (cell) =>
    ofCell(cell, (token) => dynamic({ type: 'Point', coordinates: cellToLatLng(token).reverse() })) ?? nothing,
  geo_h3cell_to_polygon: (cell) =>
    ofCell(cell, (token) => dynamic({ type: 'Polygon', coordinates: [cellToBoundary(token, true)] })) ?? nothing,
};

/** Levels from a cell to its children: five give 16,807 cells, six would pass Kusto's limit. */
const deepestStep = 5;

function ofCell(cell: Constant | undefined, then: (token: string) => Constant): Constant | undefined {
  const token = textOf(cell).toLowerCase();
  return isValidCell(token) ? then(token) : undefined;
}

function rings(token: string, last: number): readonly (readonly string[])[] {
  return Array.from({ length: last + 1 }, (_, distance) => (distance === 0 ? [token] : ring(token, distance)));
}

/** The cells at exactly this distance. */
function ring(token: string, distance: number): readonly string[] {
  const inner = new Set(gridDisk(token, distance - 1));
  return gridDisk(token, distance).filter((cell) => !inner.has(cell));
}
