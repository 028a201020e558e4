/** Ticks of 100 ns, as the lake's datetimes count. */
export const second = 10_000_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
