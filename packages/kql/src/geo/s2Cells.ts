import { s2 } from 's2js';
import type { Constant } from '../types.ts';
import { dynamic, type Folded, nothing, numberOf, textOf, wholeOf } from './folded.ts';
import { pointOf, positionAt, positionOf } from './points.ts';
import { geoPoint, geoPolygon, linesOf, polygonOf } from './shapes.ts';

const { cellid } = s2;

/** S2 cells (pages geo-s2cell-*, geo-point-to-s2cell-function, geo-polygon-to-s2cells-function). */
export const s2Functions: Readonly<Record<string, Folded>> = {
  geo_point_to_s2cell: (longitude, latitude, level) => {
    const position = positionOf(longitude, latitude);
    const depth = wholeOf(level, 0, 30, 11);
    if (position === undefined || depth === undefined) return '';
    return cellid.toToken(cellid.parent(cellid.fromPoint(pointOf(position)), depth));
  },
  geo_s2cell_to_central_point: (token) => ofCell(token, (cell) => geoPoint(cellid.point(cell))) ?? nothing,
  geo_s2cell_to_polygon: (token) =>
    ofCell(token, (id) => {
      const cell = s2.Cell.fromCellID(id);
      return geoPolygon([0, 1, 2, 3].map((corner) => positionAt(cell.vertex(corner))));
    }) ?? nothing,
  // Kusto gives the neighbours in an order of its own.
  geo_s2cell_neighbors: (token) => (ofCell(token, () => nothing) === undefined ? nothing : undefined),
  geo_polygon_to_s2cells: (shape, level, radius) => {
    const polygon = polygonOf(shape);
    return polygon === undefined || radius !== undefined ? invalid(polygon, radius) : covering(polygon, level);
  },
  geo_line_to_s2cells: (shape, level, radius) => {
    const [line, ...more] = linesOf(shape) ?? [];
    return line === undefined || more.length > 0 || radius !== undefined
      ? invalid(line, radius)
      : covering(line, level);
  },
};

/** Kusto's limit for one shape. */
const mostCells = 65_536;

/** A shape enlarged by a radius needs S2's buffer, which is not at hand. */
function invalid(shape: unknown, radius: Constant | undefined): Constant | undefined {
  return shape === undefined || numberOf(radius) < 0 ? nothing : undefined;
}

/** The tokens of all cells of one level that touch the shape, along the curve; null where they are too many. */
function covering(region: InstanceType<typeof s2.Polygon | typeof s2.Polyline>, level: Constant | undefined): Constant {
  const depth = wholeOf(level, 0, 30, 11);
  if (depth === undefined) return nothing;
  const found: bigint[] = [];
  let front = [0, 1, 2, 3, 4, 5].map((face) => cellid.fromFace(face));
  for (let current = 0; ; current++) {
    front = front.filter((cell) => region.intersectsCell(s2.Cell.fromCellID(cell)));
    if (front.length > mostCells) return nothing;
    if (current === depth) break;
    front = front.flatMap((cell) => cellid.children(cell));
  }
  found.push(...front);
  return dynamic(found.map((cell) => cellid.toToken(cell)));
}

function ofCell(token: Constant | undefined, then: (cell: bigint) => Constant): Constant | undefined {
  const text = textOf(token);
  if (!/^[0-9a-f]{1,16}$/i.test(text)) return undefined;
  const cell = cellid.fromToken(text.toLowerCase());
  return cellid.valid(cell) ? then(cell) : undefined;
}
