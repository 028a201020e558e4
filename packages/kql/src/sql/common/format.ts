/** The SQL of one field of a time, from its ticks. */
export type Field = (t: string) => string;

/** What may stand between the fields of a format (page format-datetime-function.md). */
export const delimiters = new Set([...' /-:,._[]']);

/** The units of `format_bytes`, 1024 apart. */
export const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];
