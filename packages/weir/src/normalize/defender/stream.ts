import type { Format, Sample } from '../format.ts';
import { jsonReading } from '../reading.ts';
import { lackingOf } from '../rows.ts';
import { unknownSpellings, whatEndpointsTell } from './columns.ts';
import { defenderMapping, deviceTables, tableOfCategory } from './mapping.ts';

/** Defender's streaming API: records with `category` and `properties`, as Event Hub delivers them (`{"records":[…]}` or
 *  bare) and as a storage account keeps them (one a line). */
export const defenderStream: Format = {
  id: 'defender-stream',
  title: 'Microsoft Defender streaming API: Event Hub batches and storage account lines (JSON)',
  gives: whatEndpointsTell,
  lacks: ['bytes'],
  recognise: ({ objects, layout }: Sample) => {
    if (objects.filter(isStreamed).length * 2 <= objects.length) return undefined;
    return {
      format: 'defender-stream json',
      shape: {
        kind: layout === 'lines' ? 'json-lines' : 'json-elements',
        job: (options) => {
          const inside = { key: 'properties', beside: ['category'] };
          const reading = jsonReading({ ...options, unknown: unknownSpellings, inside });
          const names = objects.flatMap((record) => Object.keys(Object(Reflect.get(record, 'properties'))));
          return { reading, mapping: defenderMapping(reading.columns, tableOfCategory(reading.columns), names) };
        },
      },
      lacksOf: (names) => lackingOf(deviceTables, names(['properties'])),
    };
  },
};

function isStreamed(record: object): boolean {
  return 'category' in record && 'properties' in record && /^AdvancedHunting-/.test(String(record.category));
}
