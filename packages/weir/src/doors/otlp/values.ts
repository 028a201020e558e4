import { z } from 'zod';

/** OTLP's AnyValue, in the JSON that protobuf has for it: 64-bit integers as texts or numbers. */
export interface AnyValue {
  readonly stringValue?: string | undefined;
  readonly boolValue?: boolean | undefined;
  readonly intValue?: string | number | undefined;
  readonly doubleValue?: number | string | undefined;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] | undefined } | undefined;
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] | undefined } | undefined;
  readonly bytesValue?: string | undefined;
}

export interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue | undefined;
}

const isNoNumber = (value: unknown): boolean => ['NaN', 'Infinity', '-Infinity'].includes(String(value));

const anyValue: z.ZodType<AnyValue> = z.lazy(() =>
  z.object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    intValue: z.union([z.string().regex(/^-?\d{1,20}$/), z.number().int()]).optional(),
    // In protobuf it may be no number, which JSON has as a text.
    doubleValue: z.custom<number | string>((value) => typeof value === 'number' || isNoNumber(value)).optional(),
    arrayValue: z.object({ values: z.array(anyValue).optional() }).optional(),
    kvlistValue: z.object({ values: z.array(keyValue).optional() }).optional(),
    bytesValue: z.string().optional(),
  }),
);
const keyValue: z.ZodType<KeyValue> = z.object({ key: z.string(), value: anyValue.optional() });
const attributes = z.array(keyValue).optional();

/** A request of OTLP's logs service. */
export const logsRequest = z.object({
  resourceLogs: z
    .array(
      z.object({
        resource: z.object({ attributes }).optional(),
        scopeLogs: z
          .array(z.object({ logRecords: z.array(z.object({ body: anyValue.optional(), attributes })).optional() }))
          .optional(),
      }),
    )
    .optional(),
});

export type LogsRequest = z.infer<typeof logsRequest>;

/** A value as JSON's text: integers as they are, whatever a double can hold. */
export function jsonOf(value: AnyValue | undefined): string {
  if (value?.stringValue !== undefined) return JSON.stringify(value.stringValue);
  if (value?.boolValue !== undefined) return String(value.boolValue);
  if (value?.intValue !== undefined) return String(value.intValue);
  if (value?.doubleValue !== undefined) return JSON.stringify(value.doubleValue);
  if (value?.arrayValue) return `[${(value.arrayValue.values ?? []).map(jsonOf).join(',')}]`;
  if (value?.kvlistValue) return objectOf(value.kvlistValue.values ?? []);
  return value?.bytesValue === undefined ? 'null' : JSON.stringify(value.bytesValue);
}

export function objectOf(members: readonly KeyValue[]): string {
  return `{${members.map(({ key, value }) => `${JSON.stringify(key)}:${jsonOf(value)}`).join(',')}}`;
}
