const second = 10_000_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;

const unit: Readonly<Record<string, bigint>> = { s: second, m: minute, h: hour, d: day };

/** A duration as rule files write it, in ticks: `5m`, `1h`, `1d`; .NET's `1.00:00:00`; ISO 8601's `PT1H`, `P1DT12H`.
 *  Undefined for anything else, and for what is not longer than nothing. */
export function ticksOfDuration(text: string): bigint | undefined {
  const ticks = simple(text) ?? dotNet(text) ?? iso(text);
  return ticks !== undefined && ticks > 0n ? ticks : undefined;
}

function simple(text: string): bigint | undefined {
  const [, count, letter] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const size = letter === undefined ? undefined : unit[letter];
  return count === undefined || size === undefined ? undefined : BigInt(count) * size;
}

function dotNet(text: string): bigint | undefined {
  const parts = /^(?:(\d{1,5})\.)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!parts) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => BigInt(part ?? 0));
  if (hours === undefined || minutes === undefined || seconds === undefined || days === undefined) return undefined;
  if (hours > 23n || minutes > 59n || seconds > 59n) return undefined;
  return days * day + hours * hour + minutes * minute + seconds * second;
}

function iso(text: string): bigint | undefined {
  const parts = /^P(?=[\dT])(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?$/.exec(text);
  if (!parts) return undefined;
  const sizes = [day, hour, minute, second];
  return sizes.reduce((sum, size, index) => sum + BigInt(parts[index + 1] ?? 0) * size, 0n);
}
