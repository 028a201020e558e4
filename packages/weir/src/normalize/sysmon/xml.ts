import type { Format, Sample } from '../format.ts';
import { type Mapping, otherForm, rejected } from '../mapping.ts';
import { otherLog, otherText } from '../otherLogs.ts';
import { lineColumn, linesReading, type RawColumns } from '../reading.ts';
import type { Recognised } from '../recognised.ts';
import { recogniseTexts } from '../texts.ts';
import { xmlFields } from './fields.ts';
import { sysmonMapping } from './mapping.ts';
import { whatSysmonTells } from './rows.ts';

/** Windows events in XML: files of nothing else (wevtutil, evtx_dump), and Sysmon for Linux in syslog, as lines or as rows. */
export const sysmonXml: Format = {
  id: 'sysmon-xml',
  title: 'Sysmon events in XML: wevtutil and evtx_dump files, Sysmon for Linux in syslog (lines, Sentinel Syslog)',
  gives: whatSysmonTells,
  lacks: ['bytes'],
  recognise: (sample) =>
    ofEvents(sample) ??
    recogniseTexts(sample, {
      nameOf: (texts) =>
        texts.filter((text) => sysmonEvent.test(text)).length * 4 > texts.length ? 'sysmon-xml syslog' : undefined,
      mapping: (text, raw) => xmlMapping(text, raw, otherText('is_other', 'syslog lines without an event of Sysmon')),
    }),
};

const sysmonEvent = /<Event[ >].*?<Provider [^>]*?Name=["'](Linux-Sysmon|Microsoft-Windows-Sysmon)["']/;

/** A file that begins with an event, after what stands above the first one. */
function ofEvents({ lines, objects }: Sample): Recognised | undefined {
  if (objects.length > 0) return undefined;
  const above = /^(?:\s|<\?xml[^>]*\?>|<Events[^>]*>|<!--[^>]*-->|Record [0-9]+\s)*/;
  const text = lines.join('\n').replace(above, '');
  if (!/^<Event[\s>]/.test(text) || !/<EventID[\s>]/.test(text)) return undefined;
  return {
    format: 'sysmon-xml events',
    shape: {
      kind: 'xml-events',
      job: (options) => {
        const reading = linesReading(options);
        return {
          reading,
          mapping: xmlMapping(reading.columns.verbatim(lineColumn), reading.columns, rejected(otherForm)),
        };
      },
    },
  };
}

/** `otherwise` is what a text without an event is. */
function xmlMapping(text: string, raw: RawColumns, otherwise: string): Mapping {
  const whole = raw.once(`regexp_matches(${text}, '<Event[ >]') AND contains(${text}, '</Event>')`);
  const several = raw.once(`contains(substr(${text}, instr(${text}, '</Event>') + 8), '</Event>')`);
  const isEvent = `regexp_matches(${text}, '<Event[ >]')`;
  const begins = raw.once(isEvent);
  const other = raw.once(otherLog(text, isEvent));
  const mapping = sysmonMapping(xmlFields(raw, text), [
    ['NOT begins', otherwise],
    ['NOT whole', rejected('the event is cut short')],
    ['several', rejected('several events in one record')],
  ]);
  return { ...mapping, stage: { begins, is_other: other, whole, several, ...mapping.stage } };
}
