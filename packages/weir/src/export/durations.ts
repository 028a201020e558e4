const second = 10_000_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;

/** Ticks as Sentinel's YAML has them: `5m`, `1h`, `1d`; what is no whole number of minutes as `00:01:30`. */
export function shortDuration(ticks: bigint): string {
  for (const [size, letter] of [
    [day, 'd'],
    [hour, 'h'],
    [minute, 'm'],
  ] as const) {
    if (ticks % size === 0n) return `${ticks / size}${letter}`;
  }
  const two = (value: bigint) => String(value).padStart(2, '0');
  const days = ticks >= day ? `${ticks / day}.` : '';
  return `${days}${two((ticks % day) / hour)}:${two((ticks % hour) / minute)}:${two((ticks % minute) / second)}`;
}

/** Ticks as ISO 8601 has them: `PT5M`, `P1DT12H`. */
export function isoDuration(ticks: bigint): string {
  const part = (value: bigint, letter: string) => (value === 0n ? '' : `${value}${letter}`);
  const time =
    part((ticks % day) / hour, 'H') + part((ticks % hour) / minute, 'M') + part((ticks % minute) / second, 'S');
  return `P${part(ticks / day, 'D')}${time === '' ? '' : `T${time}`}`;
}
