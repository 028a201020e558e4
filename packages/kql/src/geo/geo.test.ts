import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constant } from '../types.ts';
import { geoFunctions } from './index.ts';

const position = fc.tuple(
  fc.oneof(fc.integer({ min: -180, max: 180 }), fc.double({ min: -200, max: 200, noNaN: true })),
  fc.oneof(fc.integer({ min: -90, max: 90 }), fc.double({ min: -100, max: 100, noNaN: true })),
);
const ring = fc.array(position, { minLength: 1, maxLength: 6 }).map((list) => [...list, ...list.slice(0, 1)]);
const shape = fc.oneof(
  fc.record({ type: fc.constant('Polygon'), coordinates: fc.array(ring, { maxLength: 2 }) }),
  fc.record({
    type: fc.constant('MultiPolygon'),
    coordinates: fc.array(fc.array(ring, { maxLength: 2 }), { maxLength: 2 }),
  }),
  fc.record({ type: fc.constant('LineString'), coordinates: fc.array(position, { maxLength: 4 }) }),
  fc.record({ type: fc.constant('MultiLineString'), coordinates: fc.array(fc.array(position, { maxLength: 3 })) }),
  fc.jsonValue(),
);
const argument: fc.Arbitrary<Constant> = fc.oneof(
  shape.map((json) => ({ json })),
  fc.array(shape, { maxLength: 3 }).map((json) => ({ json })),
  fc.double(),
  fc.bigInt({ min: -200n, max: 200n }),
  fc.string(),
  fc.constantFrom('89c25', '862a1072fffffff', 'ezs42', 'POINT (1 2)', null, true),
);

describe('geospatial functions', () => {
  it.each(Object.entries(geoFunctions))('%s answers or declines, whatever it is given', (_name, compute) => {
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 4 }), (args) => {
        const answer = compute(...args);
        expect(JSON.stringify(answer, plain) ?? 'declined').not.toContain('NaN');
      }),
      { numRuns: 150 },
    );
  });

  it('finds every place in its own cells', () => {
    const place = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 90, noNaN: true }),
    );
    fc.assert(
      fc.property(place, fc.bigInt({ min: 1n, max: 12n }), ([x, y], length) => {
        const hash = geoFunctions.geo_point_to_geohash?.(x, y, length);
        const cell = geoFunctions.geo_geohash_to_polygon?.(hash ?? null);
        const [low, , high] = cornersOf(cell);
        expect(low[0] <= x && x <= high[0] && low[1] <= y && y <= high[1]).toBe(true);
      }),
    );
  });
});

/** NaN would become null in JSON's text. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
}

type Corners = readonly [readonly [number, number], unknown, readonly [number, number]];

function cornersOf(cell: Constant | undefined): Corners {
  const { coordinates } = (cell as { readonly json: { readonly coordinates: readonly [Corners] } }).json;
  return coordinates[0];
}
