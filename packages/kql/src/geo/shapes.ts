import { s2 } from 's2js';
import type { Constant } from '../types.ts';
import { dynamic } from './folded.ts';
import { isPosition, type Point, type Position, pointOf, positionAt } from './points.ts';

export type Polygon = InstanceType<typeof s2.Polygon>;
export type Polyline = InstanceType<typeof s2.Polyline>;

/** The rings of a GeoJSON Polygon or MultiPolygon as they stand; undefined where Kusto takes the shape for invalid:
 *  a ring needs four positions on Earth, the last as the first, and no two others alike (geo-polygon-* pages). */
function ringsOf(shape: Constant | undefined): readonly (readonly (readonly Position[])[])[] | undefined {
  const found = geometry(shape);
  if (found === undefined) return undefined;
  const polygons =
    found.type === 'Polygon' ? [found.coordinates] : found.type === 'MultiPolygon' ? found.coordinates : undefined;
  if (!Array.isArray(polygons) || polygons.length === 0) return undefined;
  const rings = polygons.map((polygon) =>
    Array.isArray(polygon) && polygon.length > 0 ? all(polygon.map(ringOf)) : undefined,
  );
  return all(rings);
}

/** A Polygon or MultiPolygon on the sphere; undefined where it is invalid. */
export function polygonOf(shape: Constant | undefined): Polygon | undefined {
  const rings = ringsOf(shape);
  if (rings === undefined) return undefined;
  const loops = rings.flat().map(loopOf);
  if (loops.some((loop) => loop.validate() !== null)) return undefined;
  const polygon = new s2.Polygon(loops);
  return polygon.validate() === null ? polygon : undefined;
}

/** A ring as a loop; of the two parts of the sphere that it divides it encloses the smaller. */
function loopOf(ring: readonly Position[]): InstanceType<typeof s2.Loop> {
  const loop = new s2.Loop(ring.slice(0, -1).map(pointOf));
  loop.normalize();
  return loop;
}

/** The lines of a LineString or MultiLineString; undefined where it is invalid: a line has two different positions. */
export function linesOf(shape: Constant | undefined): readonly Polyline[] | undefined {
  const found = geometry(shape);
  const lines =
    found?.type === 'LineString'
      ? [found.coordinates]
      : found?.type === 'MultiLineString'
        ? found.coordinates
        : undefined;
  if (!Array.isArray(lines) || lines.length === 0) return undefined;
  return all(lines.map(lineOf));
}

/** A point as GeoJSON. */
export function geoPoint(point: Point): Constant {
  return dynamic({ type: 'Point', coordinates: positionAt(point) });
}

/** A ring of points as a GeoJSON polygon; the first is repeated at the end. */
export function geoPolygon(positions: readonly Position[]): Constant {
  return dynamic({ type: 'Polygon', coordinates: [[...positions, ...positions.slice(0, 1)]] });
}

/** What no point belongs to, as the intersections give it. */
export const emptyShape = dynamic({ type: 'GeometryCollection', geometries: [] });

function geometry(shape: Constant | undefined): { readonly type: unknown; readonly coordinates: unknown } | undefined {
  if (typeof shape !== 'object' || shape === null) return undefined;
  const { json } = shape;
  if (typeof json !== 'object' || json === null || !('type' in json) || !('coordinates' in json)) return undefined;
  return { type: json.type, coordinates: json.coordinates };
}

function lineOf(line: unknown): Polyline | undefined {
  const positions = positionsOf(line);
  if (positions === undefined || positions.length < 2) return undefined;
  const polyline = new s2.Polyline(positions.map(pointOf));
  return polyline.validate() === null ? polyline : undefined;
}

function ringOf(ring: unknown): readonly Position[] | undefined {
  const positions = positionsOf(ring);
  if (positions === undefined || positions.length < 4) return undefined;
  const [first, last] = [positions[0], positions.at(-1)];
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) return undefined;
  const different = new Set(positions.map((position) => position.join(' ')));
  return different.size === positions.length - 1 ? positions : undefined;
}

function positionsOf(list: unknown): readonly Position[] | undefined {
  return Array.isArray(list) ? all(list.map(positionIn)) : undefined;
}

function positionIn(value: unknown): Position | undefined {
  if (!Array.isArray(value) || value.length < 2) return undefined;
  const [longitude, latitude] = value.map((item) =>
    typeof item === 'number' || typeof item === 'bigint' ? Number(item) : Number.NaN,
  );
  if (longitude === undefined || latitude === undefined || !isPosition(longitude, latitude)) return undefined;
  return [longitude, latitude];
}

function all<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  const found = items.flatMap((item) => (item === undefined ? [] : [item]));
  return found.length === items.length ? found : undefined;
}
