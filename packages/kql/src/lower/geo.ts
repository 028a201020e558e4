import type { Scalar } from '../plan/scalar.ts';
import type { KqlType, Span } from '../types.ts';
import { refuse } from './context.ts';
import { call, constant, operator } from './scalar-operator.ts';

/** Metres: the radius of the sphere that Kusto measures on. */
const earthRadius = 6_371_010;

/** Geospatial functions that are formulas (pages geo-distance-2points-function, geo-point-in-circle-function,
 *  geo-azimuth-function, geo-angle-function): a call as an expression of plain functions. Places that are not on Earth
 *  give null. */
export const geoFormulas: Readonly<Record<string, (args: readonly Scalar[], span: Span) => Scalar>> = {
  geo_distance_2points: (args, span) => {
    const write = new Writer(span);
    const [a, b] = [write.place(args, 0), write.place(args, 2)];
    onSphere(args[4], span);
    return write.where([a, b], 'real', write.times(write.arc(a, b), write.number(earthRadius)));
  },
  geo_point_in_circle: (args, span) => {
    const write = new Writer(span);
    const [point, centre] = [write.place(args, 0), write.place(args, 2)];
    onSphere(args[5], span);
    const radius = write.real(args[4]);
    const metres = write.times(write.arc(point, centre), write.number(earthRadius));
    const inside = operator('<=', [metres, radius], 'bool', span);
    return write.where([point, centre], 'bool', inside, operator('>=', [radius, write.number(0)], 'bool', span));
  },
  geo_azimuth: (args, span) => {
    const write = new Writer(span);
    const [from, to] = [write.place(args, 0), write.place(args, 2)];
    return write.where([from, to], 'real', write.bearing(from, to), write.apart(from, to));
  },
  geo_angle: (args, span) => {
    const write = new Writer(span);
    const [first, corner, second] = [write.place(args, 0), write.place(args, 2), write.place(args, 4)];
    const turn = write.minus(write.bearing(corner, second), write.bearing(corner, first));
    const apart = operator('and', [write.apart(first, corner), write.apart(corner, second)], 'bool', span);
    return write.where([first, corner, second], 'real', write.positive(turn), apart);
  },
};

function onSphere(spheroid: Scalar | undefined, span: Span): void {
  if (spheroid === undefined || (spheroid.kind === 'constant' && spheroid.value === false)) return;
  refuse(span, 'WK002', 'Distances on the spheroid are not computed.', 'Leave `use_spheroid` out: the sphere is near.');
}

/** A place on Earth in degrees and in radians. */
interface Place {
  readonly degrees: readonly [Scalar, Scalar];
  readonly longitude: Scalar;
  readonly latitude: Scalar;
}

/** Writes expressions over reals. */
class Writer {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  number(value: number): Scalar {
    return constant(value, 'real', this.#span);
  }

  real(value: Scalar | undefined): Scalar {
    if (value === undefined) throw new Error('An argument is missing that the binder has asked for.');
    if (value.kind === 'constant' && typeof value.value === 'bigint') return this.number(Number(value.value));
    return value.type === 'real' ? value : this.#call('todouble', value);
  }

  place(args: readonly Scalar[], at: number): Place {
    const degrees = [this.real(args[at]), this.real(args[at + 1])] as const;
    const [longitude, latitude] = degrees.map((value) => this.#call('radians', value));
    if (longitude === undefined || latitude === undefined) throw new Error('A place has two coordinates.');
    return { degrees, longitude, latitude };
  }

  times(a: Scalar, b: Scalar): Scalar {
    return this.#operator('*', a, b);
  }

  minus(a: Scalar, b: Scalar): Scalar {
    return this.#operator('-', a, b);
  }

  /** The angle between two places as seen from the centre of the Earth, radians: the haversine formula. */
  arc(a: Place, b: Place): Scalar {
    const half = (x: Scalar, y: Scalar) => this.#call('sin', this.times(this.minus(x, y), this.number(0.5)));
    const square = (x: Scalar) => this.times(x, x);
    const across = this.times(
      this.times(this.#call('cos', a.latitude), this.#call('cos', b.latitude)),
      square(half(a.longitude, b.longitude)),
    );
    const haversine = this.#operator('+', square(half(a.latitude, b.latitude)), across);
    const root = this.#call('sqrt', this.#call('min_of', this.number(1), haversine));
    return this.times(this.number(2), this.#call('asin', root));
  }

  /** The direction in which `b` lies from `a`, radians clockwise from north, in [0, 2π). */
  bearing(a: Place, b: Place): Scalar {
    const across = this.minus(b.longitude, a.longitude);
    const [sin, cos] = [(x: Scalar) => this.#call('sin', x), (x: Scalar) => this.#call('cos', x)];
    const east = this.times(sin(across), cos(b.latitude));
    const north = this.minus(
      this.times(cos(a.latitude), sin(b.latitude)),
      this.times(this.times(sin(a.latitude), cos(b.latitude)), cos(across)),
    );
    return this.positive(this.#call('atan2', east, north));
  }

  /** An angle turned into [0, 2π). */
  positive(angle: Scalar): Scalar {
    return this.#operator('%', angle, this.number(2 * Math.PI));
  }

  /** Neither the same place nor the one on the other side of the Earth: between these there is no direction. */
  apart(a: Place, b: Place): Scalar {
    const arc = this.arc(a, b);
    const beyond = operator('>', [arc, this.number(1e-15)], 'bool', this.#span);
    return operator(
      'and',
      [beyond, operator('<', [arc, this.number(Math.PI - 1e-15)], 'bool', this.#span)],
      'bool',
      this.#span,
    );
  }

  /** The value where all places are on Earth and `also` holds, else null. */
  where(places: readonly Place[], type: KqlType, value: Scalar, also?: Scalar): Scalar {
    const within = (degrees: Scalar, limit: number) =>
      operator('<=', [this.#call('abs', degrees), this.number(limit)], 'bool', this.#span);
    const conditions = [
      ...places.flatMap(({ degrees }) => [within(degrees[0], 180), within(degrees[1], 90)]),
      ...(also === undefined ? [] : [also]),
    ];
    const all = conditions.reduce((a, b) => operator('and', [a, b], 'bool', this.#span));
    return call('iff', [all, value, constant(null, type, this.#span)], type, this.#span);
  }

  #call(name: string, ...args: readonly Scalar[]): Scalar {
    return call(name, args, 'real', this.#span);
  }

  #operator(name: string, a: Scalar, b: Scalar): Scalar {
    return operator(name, [a, b], 'real', this.#span);
  }
}
