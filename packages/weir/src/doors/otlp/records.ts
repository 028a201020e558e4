import { Sorter, sourceName } from '../sorter.ts';
import { jsonOf, type KeyValue, type LogsRequest, objectOf } from './values.ts';

/** The records of a request: the text that a log record's body is, or the object; where a collector has put the parsed
 *  record into attributes and has no body, these. A record with neither is none. `found`: how many there are of both. */
export function logRecords(
  { resourceLogs = [] }: LogsRequest,
  sender: string,
): { readonly records: Sorter; readonly empty: number; readonly found: number } {
  const records = new Sorter();
  let [empty, found] = [0, 0];
  for (const { resource, scopeLogs = [] } of resourceLogs) {
    const service = textOf(resource?.attributes, 'service.name');
    for (const { body, attributes = [] } of scopeLogs.flatMap(({ logRecords = [] }) => logRecords)) {
      found += 1;
      const file = textOf(attributes, 'log.file.name') ?? textOf(resource?.attributes, 'log.file.name');
      const text =
        body?.stringValue ??
        (body?.kvlistValue ? jsonOf(body) : undefined) ??
        (attributes.length > 0 ? objectOf(attributes) : '');
      if (text.trim() === '') empty += 1;
      else records.add(sourceName(file, service, sender), Buffer.from(text));
    }
  }
  return { records, empty, found };
}

function textOf(attributes: readonly KeyValue[] | undefined, name: string): string | undefined {
  return attributes?.find(({ key }) => key === name)?.value?.stringValue;
}
