import protobuf from 'protobufjs/light.js';

const field = (id: number, type: string, rule?: 'repeated') => ({ id, type, ...(rule ? { rule } : {}) });

/** What OTLP's logs service sends and is answered, as far as it is read here (opentelemetry-proto 1.x: logs/v1, common/v1,
 *  collector/logs/v1). Fields that are left out are passed over. */
const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
      fields: {
        stringValue: field(1, 'string'),
        boolValue: field(2, 'bool'),
        intValue: field(3, 'int64'),
        doubleValue: field(4, 'double'),
        arrayValue: field(5, 'ArrayValue'),
        kvlistValue: field(6, 'KeyValueList'),
        bytesValue: field(7, 'bytes'),
      },
    },
    ArrayValue: { fields: { values: field(1, 'AnyValue', 'repeated') } },
    KeyValueList: { fields: { values: field(1, 'KeyValue', 'repeated') } },
    KeyValue: { fields: { key: field(1, 'string'), value: field(2, 'AnyValue') } },
    Resource: { fields: { attributes: field(1, 'KeyValue', 'repeated') } },
    LogRecord: { fields: { body: field(5, 'AnyValue'), attributes: field(6, 'KeyValue', 'repeated') } },
    ScopeLogs: { fields: { logRecords: field(2, 'LogRecord', 'repeated') } },
    ResourceLogs: { fields: { resource: field(1, 'Resource'), scopeLogs: field(2, 'ScopeLogs', 'repeated') } },
    Request: { fields: { resourceLogs: field(1, 'ResourceLogs', 'repeated') } },
    PartialSuccess: { fields: { rejectedLogRecords: field(1, 'int64'), errorMessage: field(2, 'string') } },
    Response: { fields: { partialSuccess: field(1, 'PartialSuccess') } },
    Status: { fields: { code: field(1, 'int32'), message: field(2, 'string') } },
  },
});

/** Integers of 64 bits as text, so that none is rounded. */
export function decodeRequest(bytes: Uint8Array): unknown {
  const type = root.lookupType('Request');
  return type.toObject(type.decode(bytes), { longs: String, bytes: String });
}

export function encode(name: 'Response' | 'Status', value: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(root.lookupType(name).encode(root.lookupType(name).fromObject(value)).finish());
}
