import fc from 'fast-check';

/** A schema of the OpenAPI document, as far as ours uses them. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Values by a schema. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const { enum: words, anyOf = schema.oneOf, type, minimum = -1e6, maximum = 1e6 } = schema;
  if (words !== undefined) return fc.constantFrom(...words);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(valuesOf));
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => valuesOf({ ...schema, type: each })));
  switch (type) {
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.oneof(fc.integer({ min: Math.max(minimum, -1e9), max: Math.min(maximum, 1e9) }), fc.constantFrom(1, 2));
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const parts = Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, valuesOf(part)]));
      return fc.record(parts, { requiredKeys: required.filter((key) => key in parts) as never });
    }
    default:
      return fc.jsonValue();
  }
}

function textsOf({ pattern, format, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const length = { minLength, maxLength: Math.min(maxLength, 60) };
  return fc.oneof(
    fc.string(length),
    fc.string({ ...length, unit: 'binary' }),
    fc
      .constantFrom(
        "' OR 1=1 --",
        '"; DROP TABLE alert; --',
        '../../etc/passwd',
        '{{Column}}',
        '%00',
        '\u202e',
        'root',
        'large-upload',
        'zeek',
        'job-1',
        'e1',
        'DeviceNetworkEvents | count',
      )
      .filter((text) => text.length >= minLength && text.length <= maxLength),
  );
}

/** Values beside a schema: near it, or of any kind. */
export function valuesBeside(schema: Schema): fc.Arbitrary<unknown> {
  const other = fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, 1e308, '', [], {}, '\0', { constructor: 1 }));
  return fc.oneof(
    other,
    valuesOf(schema).chain((value) => {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return other;
      const keys = [...Object.keys(value), '__proto__', 'extra'];
      return fc.tuple(fc.constantFrom(...keys), other).map(([key, part]) => {
        const spoiled = { ...value };
        Object.defineProperty(spoiled, key, { value: part, enumerable: true, configurable: true, writable: true });
        return spoiled;
      });
    }),
  );
}

/** A document's schemas with what they refer to put in their place. */
export function resolved<Part>(
  part: Part,
  document: { readonly components?: { readonly schemas?: Record<string, Schema> } },
): Part {
  return JSON.parse(JSON.stringify(part), (_, value) => {
    const name = value?.$ref?.replace('#/components/schemas/', '');
    return name === undefined ? value : resolved(document.components?.schemas?.[name] ?? {}, document);
  });
}
