import type { Format } from '../format.ts';
import { recogniseRows } from '../rows.ts';
import { formOf } from './forms.ts';
import { sysmonMapping } from './mapping.ts';

export const whatSysmonTells = [
  'process with command line, parent and hashes',
  'account',
  'device',
  'host names from the DNS answers that a device got',
  'created files',
];

/** Windows events as rows, Sysmon's among them. */
export const sysmonRows: Format = {
  id: 'sysmon',
  title:
    'Sysmon events as rows: NXLog and WEC, Sentinel WindowsEvent and Event, evtx_dump, EvtxECmd, Velociraptor, Wazuh, Fluent Bit (JSON, CSV, Parquet)',
  gives: whatSysmonTells,
  lacks: ['bytes'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (formOf(names) === undefined ? undefined : 'sysmon'),
      mapping: (raw, names) => {
        const form = formOf(names);
        if (form === undefined) throw new Error('rows were recognised by names that are not theirs');
        return sysmonMapping(form.fields(raw, names), form.preliminary);
      },
      unknown: ['', '-'],
    }),
};
