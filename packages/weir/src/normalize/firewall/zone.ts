/** A zone by its name in the zone database (`Europe/Berlin`) as its offset at a local time, over columns in `pieces`; any
 *  other text stays. So does a name that the engine does not know, and one at a time that the change of clocks leaves out
 *  or has twice: what stays is no zone, and its record is rejected. */
export function zoneAsOffset(zone: string, local: string) {
  const at = (minutes: number): string =>
    `timezone(weir_zone_name, weir_zone_utc + to_minutes(${minutes})) IS DISTINCT FROM weir_zone_local`;
  const isOnce = [-120, -60, -30, 30, 60, 120].map(at).join(' AND ');
  const ahead = `date_diff('minute', weir_zone_utc::TIMESTAMP, weir_zone_local)`;
  const offset = `printf('%s%02d:%02d', CASE WHEN ${ahead} < 0 THEN '-' ELSE '+' END, abs(${ahead}) // 60, abs(${ahead}) % 60)`;
  // The engine throws at a name that it does not know, but for one in a text that it is to try.
  const known = `regexp_full_match(${zone}, '[A-Za-z]+(/[A-Za-z0-9_+-]+)+') AND TRY_CAST('2000-01-01 00:00:00 ' || ${zone} AS TIMESTAMPTZ) IS NOT NULL`;
  return {
    value: 'weir_zone',
    pieces: [
      { weir_zone_name: `CASE WHEN ${known} THEN ${zone} END` },
      { weir_zone_local: `CASE WHEN weir_zone_name IS NOT NULL THEN TRY_CAST(${local} AS TIMESTAMP) END` },
      // Most zones are no names, and are not converted.
      { weir_zone_utc: 'CASE WHEN weir_zone_local IS NOT NULL THEN timezone(weir_zone_name, weir_zone_local) END' },
      {
        weir_zone: `CASE WHEN weir_zone_utc IS NULL THEN ${zone} WHEN timezone(weir_zone_name, weir_zone_utc) = weir_zone_local AND ${isOnce} THEN ${offset} ELSE ${zone} END`,
      },
    ],
  };
}
