import type { ScalarFunction } from '../emit.ts';

/** Functions that rules use and that cannot be exact here, each with what to do instead. */
const advice: Readonly<Record<string, string>> = {
  geo_info_from_ip_address: 'join a table of networks with ipv4_is_in_range, or take the country from the log',
  hash_combine: 'use hash_sha256 of a strcat',
  hash_many: 'use hash_sha256 of a strcat_delim',
  base64_decode_toguid: 'keep the base64 text; the documents and the inverse function disagree on the order of bytes',
  parse_user_agent: 'match the text with has_any or extract',
  parse_xml: 'cut the values out with extract or extract_all',
  ingestion_time: 'use the time column of the table',
  dcount_hll: 'use dcount',
  series_fit_2lines: 'compare two averages: summarize over two times and join',
};

export const refusedFunctions: Readonly<Record<string, ScalarFunction>> = Object.fromEntries(
  Object.entries(advice).map(([name, text]) => [
    name,
    { emit: (_args, call) => call.refuse(`${name} is not supported`, text) } satisfies ScalarFunction,
  ]),
);
