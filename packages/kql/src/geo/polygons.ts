import { s2 } from 's2js';
import type { Constant } from '../types.ts';
import { type Folded, nothing } from './folded.ts';
import { closest, isValidRadius, isValidWith } from './lines.ts';
import { earthRadius, pointOf, positionOf } from './points.ts';
import { emptyShape, geoPoint, linesOf, type Polygon, type Polyline, polygonOf } from './shapes.ts';

/** Polygons on Earth (pages geo-polygon-*, geo-*-polygon-function). Metres on the sphere; null for what is no polygon.
 *  Shapes that S2 would have to cut, join, enlarge or divide are not computed. */
export const polygonFunctions: Readonly<Record<string, Folded>> = {
  geo_polygon_area: (shape) => {
    const polygon = polygonOf(shape);
    return polygon === undefined ? null : polygon.area() * earthRadius ** 2;
  },
  geo_polygon_perimeter: (shape) => {
    const polygon = polygonOf(shape);
    return polygon === undefined ? null : boundary(polygon).reduce((sum, line) => sum + line.length(), 0) * earthRadius;
  },
  geo_polygon_centroid: (shape) => {
    const polygon = polygonOf(shape);
    return polygon === undefined ? nothing : geoPoint(s2.Point.fromVector(polygon.centroid().vector.normalize()));
  },
  geo_point_in_polygon: (longitude, latitude, shape) => {
    const polygon = polygonOf(shape);
    const position = positionOf(longitude, latitude);
    return polygon === undefined || position === undefined ? null : polygon.containsPoint(pointOf(position));
  },
  geo_closest_point_on_polygon: (longitude, latitude, shape) => {
    const polygon = polygonOf(shape);
    const position = positionOf(longitude, latitude);
    if (polygon === undefined || position === undefined) return nothing;
    const point = pointOf(position);
    return geoPoint(polygon.containsPoint(point) ? point : closest(point, boundary(polygon)).point);
  },
  geo_distance_point_to_polygon: (longitude, latitude, shape, spheroid) => {
    const polygon = polygonOf(shape);
    const position = positionOf(longitude, latitude);
    if (polygon === undefined || position === undefined) return null;
    if (spheroid === true) return undefined;
    const point = pointOf(position);
    return polygon.containsPoint(point) ? 0 : closest(point, boundary(polygon)).angle * earthRadius;
  },
  geo_intersects_2polygons: (first, second) => {
    const [a, b] = [polygonOf(first), polygonOf(second)];
    return a === undefined || b === undefined ? null : a.intersects(b);
  },
  geo_intersection_2polygons: (first, second) => {
    const [a, b] = [polygonOf(first), polygonOf(second)];
    if (a === undefined || b === undefined) return nothing;
    return touch(boundary(a), boundary(b)) || a.intersects(b) ? undefined : emptyShape;
  },
  geo_intersects_line_with_polygon: (line, shape) => {
    const [lines, polygon] = [linesOf(line), polygonOf(shape)];
    return lines === undefined || polygon === undefined ? null : meets(lines, polygon);
  },
  geo_intersection_line_with_polygon: (line, shape) => {
    const [lines, polygon] = [linesOf(line), polygonOf(shape)];
    if (lines === undefined || polygon === undefined) return nothing;
    return meets(lines, polygon) ? undefined : emptyShape;
  },
  geo_polygon_densify: (shape, tolerance) => (isValidWith(polygonOf(shape), tolerance) ? undefined : nothing),
  geo_polygon_simplify: (shape, tolerance) => (isValidWith(polygonOf(shape), tolerance) ? undefined : nothing),
  geo_polygon_buffer: (shape, radius) => (isValidRadius(polygonOf(shape), radius) ? undefined : nothing),
  geo_polygon_to_h3cells: (shape) => (polygonOf(shape) === undefined ? nothing : undefined),
  geo_union_polygons_array: (shapes) => (anyPolygon(shapes) ? undefined : nothing),
  geo_simplify_polygons_array: (shapes, tolerance) =>
    isValidWith(anyPolygon(shapes) ? shapes : undefined, tolerance) ? undefined : nothing,
};

function boundary(polygon: Polygon): readonly Polyline[] {
  return polygon.loops.map(
    (loop) => new s2.Polyline(Array.from({ length: loop.numVertices() + 1 }, (_, at) => loop.vertex(at))),
  );
}

function touch(first: readonly Polyline[], second: readonly Polyline[]): boolean {
  return first.some((line) => second.some((other) => line.intersects(other)));
}

function meets(lines: readonly Polyline[], polygon: Polygon): boolean {
  return (
    touch(lines, boundary(polygon)) || lines.some((line) => line.points.some((point) => polygon.containsPoint(point)))
  );
}

function anyPolygon(shapes: Constant | undefined): boolean {
  if (typeof shapes !== 'object' || shapes === null || !Array.isArray(shapes.json)) return false;
  return shapes.json.some((json: unknown) => polygonOf({ json }) !== undefined);
}
