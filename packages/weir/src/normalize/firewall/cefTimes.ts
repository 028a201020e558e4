import { spelledTicks } from '../session/times.ts';
import { wholeToTicks } from '../sql/time.ts';
import { type CefEvent, labelled } from './cefEvent.ts';

/** Fortinet and PAN-OS log when a session is over, and say how long it was; the others say when it began. */
export const cefTimes = {
  facts: (event: CefEvent): Record<string, string>[] => {
    const { value, received } = event;
    const began = value('PanOSSessionStartTime');
    const lengths = [value('FTNTFGTduration'), labelled(event, 'cn1', 'Duration'), labelled(event, 'cn3', ...spans)];
    return [
      {
        cef_zone: `coalesce(${value('dtz', 'FTNTFGTtz')}, CASE WHEN cef_pan_os THEN ${offsetOf(value('PanOSTimeGeneratedHighResolution'))} END, '')`,
        cef_began: `CASE WHEN NOT contains(${began}, '1970') THEN ${began} END`,
        cef_logged: `CASE WHEN cef_logs_ends THEN coalesce(${value('FTNTFGTeventtime', 'start', 'rt', 'end')}, ${received})
          ELSE coalesce(${value('start', 'end', 'rt')}, ${received}) END`,
        cef_length: `CASE WHEN cef_logs_ends AND NOT cef_names_only
          THEN coalesce(${wholeToTicks(`coalesce(${lengths.join(', ')})`, 'seconds')}, 0) END`,
      },
      {
        cef_other: `CASE WHEN cef_logs_ends THEN cef_began WHEN ${value('start')} IS NOT NULL THEN ${value('end')} END`,
      },
      ...spelledTicks({ cef_logged_at: 'cef_logged', cef_other_at: 'cef_other' }, 'cef_zone'),
    ];
  },
  given: {
    time: 'coalesce(cef_began, cef_logged)',
    starts: `CASE WHEN cef_logs_ends THEN coalesce(cef_other_at, cef_logged_at - coalesce(cef_length, 0)) ELSE cef_logged_at END`,
    ends: `CASE WHEN cef_names_only THEN NULL WHEN cef_logs_ends THEN coalesce(cef_other_at + cef_length, cef_logged_at)
      ELSE cef_other_at END`,
  },
} as const;

/** PAN-OS 10 and later have one time with the offset of the clock that all their times are of. */
export function offsetOf(text: string): string {
  return `regexp_extract(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+([+-][0-9]{2}:[0-9]{2}|Z)$', 1)`;
}

const spans = ['SessionDuration', 'Elapsed time in seconds'];
