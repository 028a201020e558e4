import { dynamic, type Folded, nothing, textOf } from './folded.ts';

/** `geo_from_wkt` (page geo-from-wkt-function): a shape of OGC's well-known text as GeoJSON, null where it is none. */
export const wktFunctions: Readonly<Record<string, Folded>> = {
  geo_from_wkt: (text) => {
    const reader = new Reader(textOf(text));
    const shape = reader.shape();
    return shape === undefined || !reader.atEnd ? nothing : dynamic(shape);
  },
};

const names: Readonly<Record<string, { readonly type: string; readonly depth: number }>> = {
  POINT: { type: 'Point', depth: 0 },
  LINESTRING: { type: 'LineString', depth: 1 },
  POLYGON: { type: 'Polygon', depth: 2 },
  MULTIPOINT: { type: 'MultiPoint', depth: 1 },
  MULTILINESTRING: { type: 'MultiLineString', depth: 2 },
  MULTIPOLYGON: { type: 'MultiPolygon', depth: 3 },
};

/** Reads from left to right; undefined as soon as the text is not what it should be. */
class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  get atEnd(): boolean {
    return this.#rest === '';
  }

  shape(): unknown {
    const name = this.#take(/^[a-z]+/i)?.toUpperCase() ?? '';
    if (name === 'GEOMETRYCOLLECTION') {
      const geometries = this.#list(() => this.shape());
      return geometries === undefined ? undefined : { type: 'GeometryCollection', geometries };
    }
    const known = Object.hasOwn(names, name) ? names[name] : undefined;
    if (known === undefined) return undefined;
    const coordinates = known.depth === 0 ? this.#list(() => this.#position())?.[0] : this.#nested(known.depth);
    return coordinates === undefined ? undefined : { type: known.type, coordinates };
  }

  #nested(depth: number): readonly unknown[] | undefined {
    if (depth > 1) return this.#list(() => this.#nested(depth - 1));
    // The points of a MULTIPOINT may stand in brackets of their own.
    return this.#list(() => (this.#rest.startsWith('(') ? this.#list(() => this.#position())?.[0] : this.#position()));
  }

  #position(): readonly number[] | undefined {
    const [longitude, latitude] = [this.#take(number), this.#take(number)];
    return longitude === undefined || latitude === undefined ? undefined : [Number(longitude), Number(latitude)];
  }

  #list<T>(item: () => T | undefined): readonly T[] | undefined {
    if (this.#take(/^\(/) === undefined) return undefined;
    const items: T[] = [];
    do {
      const next = item();
      if (next === undefined) return undefined;
      items.push(next);
    } while (this.#take(/^,/) !== undefined);
    return this.#take(/^\)/) === undefined ? undefined : items;
  }

  #take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#rest)?.[0];
    if (found !== undefined) this.#rest = this.#rest.slice(found.length).trimStart();
    return found;
  }
}

const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/i;
