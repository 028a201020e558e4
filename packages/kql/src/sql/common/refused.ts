import type { ScalarFunction } from '../emit.ts';

/** Functions that rules use and that cannot be exact here, each with what to do instead. */
const advice: Readonly<Record<string, string>> = {
  geo_info_from_ip_address: 'join a table of networks with ipv4_is_in_range, or take the country from the log',
  hash: 'use hash_sha256; hash() is xxHash64',
  hash_xxhash64: 'use hash_sha256',
  hash_combine: 'use hash_sha256 of a strcat',
  hash_many: 'use hash_sha256 of a strcat_delim',
  parse_command_line: 'split the text with extract_all',
  parse_user_agent: 'match the text with has_any or extract',
  parse_xml: 'cut the values out with extract or extract_all',
  parse_path: 'cut the parts out with extract',
  parse_ipv6: 'compare the text, or use the ipv4 functions',
  parse_ipv6_mask: 'compare the text, or use the ipv4 functions',
  ipv6_compare: 'use ipv4_compare',
  ipv6_is_match: 'use ipv4_is_match',
  ipv6_is_in_range: 'use ipv4_is_in_range',
  ipv6_is_in_any_range: 'use ipv4_is_in_any_range',
  url_encode: 'compare with the decoded text',
  url_encode_component: 'compare with the decoded text',
  url_decode: 'match the encoded text',
  todecimal: 'use toreal or tolong',
  ingestion_time: 'use the time column of the table',
  dcount_hll: 'use dcount',
  series_decompose_anomalies: 'compare with an average over a longer time: summarize and join',
  series_decompose: 'compare with an average over a longer time: summarize and join',
  series_decompose_forecast: 'compare with an average over a longer time: summarize and join',
  series_outliers: 'compare with percentile',
  series_fit_line: 'compare two averages: summarize over two times and join',
  series_fit_2lines: 'compare two averages: summarize over two times and join',
  datetime_local_to_utc: 'times are UTC here',
  datetime_utc_to_local: 'times are UTC here',
};

export const refusedFunctions: Readonly<Record<string, ScalarFunction>> = Object.fromEntries(
  Object.entries(advice).map(([name, text]) => [
    name,
    { emit: (_args, call) => call.refuse(`${name} is not supported`, text) } satisfies ScalarFunction,
  ]),
);
