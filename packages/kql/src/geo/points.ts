import { s2 } from 's2js';
import type { Constant } from '../types.ts';
import { numberOf } from './folded.ts';

export type Point = InstanceType<typeof s2.Point>;
/** Longitude and latitude in degrees. */
export type Position = readonly [number, number];

/** Metres: the radius of the sphere that Kusto measures on, which is S2's. */
export const earthRadius = 6_371_010;

export function isPosition(longitude: number, latitude: number): boolean {
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}

/** Two arguments as a position; undefined where it is none on Earth. */
export function positionOf(longitude: Constant | undefined, latitude: Constant | undefined): Position | undefined {
  const position = [numberOf(longitude), numberOf(latitude)] as const;
  return isPosition(...position) ? position : undefined;
}

export function pointOf([longitude, latitude]: Position): Point {
  return s2.Point.fromLatLng(s2.LatLng.fromDegrees(latitude, longitude));
}

export function positionAt(point: Point): Position {
  const { lat, lng } = s2.LatLng.fromPoint(point);
  return [degrees(lng), degrees(lat)];
}

function degrees(radians: number): number {
  return (180 / Math.PI) * radians;
}
