/** What the TCP flags that one side of a flow set tell, over the columns `protocol`, `flags` (letters among dots:
 *  `...AP.SF`), and the packets of the other side where one record has both. */
const has = (flag: string): string => `contains(flags, '${flag}')`;

/** Whether the destination opened the connection, null where the flags do not tell: who set SYN and never ACK has opened
 *  it; else those of both sides look alike. */
export const openedByDestination = `CASE WHEN protocol = 'tcp' AND ${has('S')} AND NOT ${has('A')} THEN false END`;

/** Sampled flags are not all that were set, so that a SYN alone says nothing. Nor do packets that came back over TCP without
 *  their flags: they may have refused it. */
export function flagsOutcome(refused: string, sampled: string, packetsBack: string): string {
  return `CASE WHEN ${refused} THEN 'failed'
    WHEN protocol = 'tcp' AND flags = '' THEN 'unknown'
    WHEN protocol <> 'tcp' THEN CASE WHEN ${packetsBack} > 0 THEN 'established' ELSE 'unknown' END
    WHEN ${has('S')} AND NOT ${has('A')} THEN CASE WHEN ${sampled} THEN 'unknown' ELSE 'failed' END
    WHEN ${has('A')} AND (${has('S')} OR ${has('P')} OR ${has('F')}) THEN 'established'
    WHEN ${has('A')} AND ${has('R')} THEN 'failed'
    WHEN ${has('A')} THEN 'established' ELSE 'unknown' END`;
}
