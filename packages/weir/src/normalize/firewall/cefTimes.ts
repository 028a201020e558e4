import { spelledTicks } from '../session/times.ts';
import { type CefEvent, labelled } from './cefEvent.ts';

/** Fortinet and PAN-OS log when a session is over, and say how long it was; the others say when it began. */
export const cefTimes = {
  facts: (event: CefEvent): Record<string, string> => {
    const { value, received } = event;
    const began = value('PanOSSessionStartTime');
    return {
      cef_zone: `coalesce(${value('dtz', 'FTNTFGTtz')}, '')`,
      cef_began: `CASE WHEN NOT contains(${began}, '1970') THEN ${began} END`,
      cef_logged: `CASE WHEN cef_logs_ends THEN coalesce(${value('FTNTFGTeventtime', 'start', 'rt', 'end')}, ${received})
        ELSE coalesce(${value('start', 'end', 'rt')}, ${received}) END`,
      cef_ended: `CASE WHEN NOT cef_logs_ends AND ${value('start')} IS NOT NULL THEN ${value('end')} END`,
      cef_length: `CASE WHEN cef_logs_ends AND NOT cef_names_only THEN coalesce(TRY_CAST(coalesce(${value('FTNTFGTduration')},
        ${labelled(event, 'cn1', 'Duration')}, ${labelled(event, 'cn3', 'SessionDuration', 'Elapsed time in seconds')}) AS BIGINT), 0) * 10000000 END`,
    };
  },
  given: {
    time: 'coalesce(cef_began, cef_logged)',
    starts: `CASE WHEN cef_began IS NOT NULL THEN ${spelledTicks('cef_began', 'cef_zone')}
      ELSE ${spelledTicks('cef_logged', 'cef_zone')} - coalesce(cef_length, 0) END`,
    ends: `CASE WHEN cef_names_only THEN NULL
      WHEN cef_began IS NOT NULL THEN ${spelledTicks('cef_began', 'cef_zone')} + cef_length
      WHEN cef_logs_ends THEN ${spelledTicks('cef_logged', 'cef_zone')} ELSE ${spelledTicks('cef_ended', 'cef_zone')} END`,
  },
} as const;
