import { s2 } from 's2js';
import type { Constant } from '../types.ts';
import { type Folded, nothing, numberOf } from './folded.ts';
import { earthRadius, type Point, pointOf, positionOf } from './points.ts';
import { emptyShape, geoPoint, linesOf, type Polyline } from './shapes.ts';

/** Lines on Earth (pages geo-line-*, geo-*-line-function). Lengths are metres on the sphere; null for what is no line. */
export const lineFunctions: Readonly<Record<string, Folded>> = {
  geo_line_length: (shape, spheroid) => {
    const lines = linesOf(shape);
    if (lines === undefined) return null;
    return spheroid === true ? undefined : lines.reduce((sum, line) => sum + line.length(), 0) * earthRadius;
  },
  geo_line_centroid: (shape) => {
    const lines = linesOf(shape);
    if (lines === undefined) return nothing;
    const sum = lines.map((line) => line.centroid().vector).reduce((a, b) => a.add(b));
    return geoPoint(s2.Point.fromVector(sum.normalize()));
  },
  geo_line_interpolate_point: (shape, fraction, spheroid) => {
    const line = single(shape);
    const share = numberOf(fraction);
    if (line === undefined || !(share >= 0 && share <= 1)) return nothing;
    return spheroid === true ? undefined : geoPoint(line.interpolate(share)[0]);
  },
  geo_line_locate_point: (shape, longitude, latitude, spheroid) => {
    const line = single(shape);
    const position = positionOf(longitude, latitude);
    if (line === undefined || position === undefined) return null;
    return spheroid === true ? undefined : line.uninterpolate(...line.project(pointOf(position)));
  },
  geo_closest_point_on_line: (longitude, latitude, shape) => {
    const lines = linesOf(shape);
    const position = positionOf(longitude, latitude);
    if (lines === undefined || position === undefined) return nothing;
    return geoPoint(closest(pointOf(position), lines).point);
  },
  geo_distance_point_to_line: (longitude, latitude, shape, spheroid) => {
    const lines = linesOf(shape);
    const position = positionOf(longitude, latitude);
    if (lines === undefined || position === undefined) return null;
    return spheroid === true ? undefined : closest(pointOf(position), lines).angle * earthRadius;
  },
  geo_intersects_2lines: (first, second) => {
    const [a, b] = [linesOf(first), linesOf(second)];
    return a === undefined || b === undefined ? null : a.some((line) => b.some((other) => line.intersects(other)));
  },
  geo_intersection_2lines: (first, second) => {
    const [a, b] = [linesOf(first), linesOf(second)];
    if (a === undefined || b === undefined) return nothing;
    // Where they cross, S2 would have to snap and simplify the result.
    return a.some((line) => b.some((other) => line.intersects(other))) ? undefined : emptyShape;
  },
  geo_line_densify: (shape, tolerance) => (isValidWith(linesOf(shape), tolerance) ? undefined : nothing),
  geo_line_simplify: (shape, tolerance) => (isValidWith(linesOf(shape), tolerance) ? undefined : nothing),
  geo_line_buffer: (shape, radius) => (isValidRadius(linesOf(shape), radius) ? undefined : nothing),
  geo_point_buffer: (longitude, latitude, radius) =>
    isValidRadius(positionOf(longitude, latitude), radius) ? undefined : nothing,
};

/** A tolerance in metres as the functions that simplify and densify take it; absent, it is 10. */
export function isValidWith(shape: unknown, tolerance: Constant | undefined): boolean {
  const metres = tolerance === undefined ? 10 : numberOf(tolerance);
  return shape !== undefined && metres >= 0.1 && metres <= 10_000;
}

export function isValidRadius(shape: unknown, radius: Constant | undefined): boolean {
  return shape !== undefined && numberOf(radius) > 0;
}

/** The nearest point of lines, and how far it is, in radians. */
export function closest(from: Point, lines: readonly Polyline[]): { readonly point: Point; readonly angle: number } {
  const found = lines.map((line) => {
    const [point] = line.project(from);
    return { point, angle: from.distance(point) };
  });
  return found.reduce((best, item) => (item.angle < best.angle ? item : best));
}

function single(shape: Constant | undefined): Polyline | undefined {
  const lines = linesOf(shape);
  return lines?.length === 1 ? lines[0] : undefined;
}
