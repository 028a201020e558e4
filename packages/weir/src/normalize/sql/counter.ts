/** SQL of a counter in a text: null where nothing is told, -1 where what is told is no number from 0. Such records are
 *  rejected with `notCounted`. */
export function counter(text: string): string {
  return `CASE WHEN ${text} IS NOT NULL THEN greatest(coalesce(TRY_CAST(${text} AS BIGINT), -1), -1) END`;
}

/** As `counter`, of numbers that are also scaled to three digits: `6.4 M`. */
export function scaledCounter(text: string): string {
  const parts = `regexp_extract(${text}, '^([0-9.]+) *([KMGT])$', ['figure', 'unit'])`;
  const factor = `CASE (${parts}).unit WHEN 'K' THEN 1e3 WHEN 'M' THEN 1e6 WHEN 'G' THEN 1e9 ELSE 1e12 END`;
  return `CASE WHEN ${isScaled(text)} THEN coalesce(TRY_CAST(round(TRY_CAST((${parts}).figure AS DOUBLE) * ${factor}) AS BIGINT), -1)
    ELSE ${counter(text)} END`;
}

export function isScaled(text: string): string {
  return `coalesce(regexp_matches(${text}, '[KMGT]$'), false)`;
}

export const notCounted = 'a byte or packet counter is not a number from 0';
