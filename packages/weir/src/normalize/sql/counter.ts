/** SQL of a number of bytes, packets or connections that a whole number stands for; null, for unknown, where it has more than
 *  sixteen digits. No connection carries as many bytes (100 Gb/s take nine days), so that nobody has counted them; and what a
 *  record's headers and samples multiply fits 64 bits. */
export function measured(number: string): string {
  return `TRY_CAST(${number} AS DECIMAL(16, 0))::BIGINT`;
}

/** SQL of such a number in a text, or of another type; null also where there is none. */
export function figure(text: string): string {
  return measured(`TRY_CAST(${text} AS BIGINT)`);
}

/** SQL of a counter in a text: null where nothing is told, or more than a connection can have, -1 where what is told is no
 *  number from 0. Such records are rejected with `notCounted`. */
export function counter(text: string): string {
  // Exporters write 2^64 - 1 where they counted nothing.
  const beyond = `CASE WHEN regexp_full_match(${text}::VARCHAR, '[0-9]{19,}') THEN 9223372036854775807 ELSE -1 END`;
  return measured(
    `CASE WHEN ${text} IS NOT NULL THEN greatest(coalesce(TRY_CAST(${text} AS BIGINT), ${beyond}), -1) END`,
  );
}

/** As `counter`, of numbers that are also scaled to three digits: `6.4 M`. */
export function scaledCounter(text: string): string {
  const parts = `regexp_extract(${text}, '^([0-9.]+) *([KMGT])$', ['figure', 'unit'])`;
  const factor = `CASE (${parts}).unit WHEN 'K' THEN 1e3 WHEN 'M' THEN 1e6 WHEN 'G' THEN 1e9 ELSE 1e12 END`;
  return `CASE WHEN ${isScaled(text)} THEN ${measured(`coalesce(TRY_CAST(round(TRY_CAST((${parts}).figure AS DOUBLE) * ${factor}) AS BIGINT), -1)`)}
    ELSE ${counter(text)} END`;
}

export function isScaled(text: string): string {
  return `coalesce(regexp_matches(${text}, '[KMGT]$'), false)`;
}

export const notCounted = 'a byte or packet counter is not a number from 0';
