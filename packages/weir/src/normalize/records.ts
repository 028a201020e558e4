import type { Care, CarefulRecord } from './carefulRecord.ts';
import { csvRecords, zeekLines } from './delimitedRecords.ts';
import { jsonElements, jsonLines } from './jsonRecords.ts';
import type { Shape } from './recognised.ts';
import { textLines, w3cLines } from './textRecords.ts';
import { xmlEvents } from './xmlRecords.ts';

/** Reads a file record by record in JavaScript: slower than the engine, but every broken record is found, kept with its
 *  line, and costs no other. */
export function readCarefully(path: string, shape: Shape, care: Care = {}): AsyncGenerator<CarefulRecord[]> {
  switch (shape.kind) {
    case 'json-lines':
      return jsonLines(path, shape, care);
    case 'json-elements':
      return jsonElements(path, shape, care);
    case 'text-lines':
      return textLines(path, care);
    case 'w3c':
      return w3cLines(path, shape, care);
    case 'xml-events':
      return xmlEvents(path, care);
    case 'zeek-tsv':
      return zeekLines(path, shape, care);
    case 'csv':
      return csvRecords(path, shape, care);
    case 'parquet':
      throw new Error('Parquet has no lines to read with care.');
  }
}
