/** KQL's scalar types, and how the dialects hold a value of each. In ClickHouse all but strings are Nullable.
 *
 * | KQL      | DuckDB        | ClickHouse     | null                                                |
 * |----------|---------------|----------------|-----------------------------------------------------|
 * | bool     | BOOLEAN       | Bool           | NULL                                                |
 * | int      | INTEGER       | Int32          | NULL                                                |
 * | long     | BIGINT        | Int64          | NULL                                                |
 * | real     | DOUBLE        | Float64        | NULL                                                |
 * | decimal  | DECIMAL(38,…) | Decimal(38, 18)| NULL                                                |
 * | datetime | BIGINT        | Int64          | NULL; ticks of 100 ns since 0001-01-01T00:00:00Z    |
 * | timespan | BIGINT        | Int64          | NULL; ticks of 100 ns                               |
 * | string   | VARCHAR       | String         | never: what would be a null string is ''            |
 * | guid     | UUID          | UUID           | NULL                                                |
 * | dynamic  | JSON          | String of JSON | NULL for a null dynamic, JSON's own null included   |
 *
 * Ticks rather than TIMESTAMP because KQL's datetime has seven decimals and TIMESTAMP six; whole numbers filter as
 * fast, bin twice as fast and make files about 5 to 14 % larger (`npm run bench -- datetime`).
 */
export type KqlType =
  | 'bool'
  | 'int'
  | 'long'
  | 'real'
  | 'decimal'
  | 'datetime'
  | 'timespan'
  | 'string'
  | 'guid'
  | 'dynamic';

export interface Column {
  readonly name: string;
  readonly type: KqlType;
}

/** A value known while compiling; a null of any type is null. Longs, ints, datetimes and timespans (ticks) are bigint,
 *  reals are number, decimals and guids text. Inside `json` whole numbers are bigint, reals number. */
export type Constant = string | bigint | number | boolean | null | { readonly json: unknown };

/** The tables that a query may name, each with its columns in order. */
export interface Schema {
  readonly tables: Readonly<Record<string, readonly Column[]>>;
  /** Which table `_GetWatchlist('alias')` is, by alias. */
  readonly watchlists?: Readonly<Record<string, string>>;
  /** Names of tables elsewhere whose rows stand in these ones, by name. */
  readonly elsewhere?: Readonly<Record<string, readonly string[]>>;
}

/** A half-open range of the query's text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

export const ticksPerSecond = 10_000_000n;
export const ticksPerDay = 864_000_000_000n;
/** Ticks from 0001-01-01 to 1970-01-01. */
export const unixEpochTicks = 621_355_968_000_000_000n;
/** The last tick of 9999-12-31, the end of KQL's datetime range. */
export const maxTicks = 3_155_378_975_999_999_999n;
