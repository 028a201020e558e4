import type { RawColumns } from '../reading.ts';

/** Whether columns are those of the CSV that the page of a device exports of its timeline. */
export function isTimeline(names: readonly string[]): boolean {
  return ['Event Time', 'Action Type', 'Computer Name', 'Machine Id'].every((name) => names.includes(name));
}

/** The column of Microsoft's tables that one of a timeline is: most have blanks between their words. */
export function ofTimeline(name: string): string {
  return others[name] ?? name.replaceAll(' ', '');
}

const others: Readonly<Record<string, string>> = {
  'Event Time': 'Timestamp',
  'Computer Name': 'DeviceName',
  'Machine Id': 'DeviceId',
  Sha1: 'SHA1',
  Sha256: 'SHA256',
};

/** Stage columns of the paths, of which a timeline has the folders without the names of the files. */
export function wholePaths(raw: RawColumns): Record<string, string> {
  return Object.fromEntries(
    ['', 'InitiatingProcess'].map((whose) => {
      const folder = `coalesce(${raw.verbatim(`${whose}FolderPath`)}, '')`;
      const file = `coalesce(${raw.verbatim(`${whose}FileName`)}, '')`;
      const between = `CASE WHEN regexp_matches(${folder}, '[\\\\/]$') THEN '' WHEN contains(${folder}, '/') THEN '/' ELSE '\\' END`;
      return [
        `${whose}FolderPath`,
        `CASE WHEN ${folder} = '' OR ${file} = '' OR ends_with(lower(${folder}), lower(${file})) THEN ${folder} ELSE ${folder} || ${between} || ${file} END`,
      ];
    }),
  );
}
