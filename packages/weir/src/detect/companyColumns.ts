/** What the inventory and the days before say of a story: columns of `Finding`, as SQL over `detect_company`. */
const columnsSql = {
  Role: 'about.role',
  AllowedHere: 'about.allowed',
  OwnPlace: 'about.own',
  HistoryDays: 'about.history_days',
  DeviceDays: 'about.device_days',
  OwnDays: 'about.own_days',
  Peers: 'about.peers',
  UsualMost: 'about.usual_most::BIGINT',
  ProgramDevices: 'about.program_devices',
  OffHours: 'about.off_hours',
  PeopleDays: 'about.people_days',
} as const;

const unknown: Readonly<Record<keyof typeof columnsSql, string>> = {
  Role: "''",
  AllowedHere: 'NULL::BOOLEAN',
  OwnPlace: 'NULL::BOOLEAN',
  HistoryDays: 'NULL::BIGINT',
  DeviceDays: 'NULL::BIGINT',
  OwnDays: 'NULL::BIGINT',
  Peers: 'NULL::BIGINT',
  UsualMost: 'NULL::BIGINT',
  ProgramDevices: 'NULL::BIGINT',
  PeopleDays: 'NULL::BIGINT',
  OffHours: 'NULL::BOOLEAN',
};

const asked = new RegExp(`\\b(${Object.keys(columnsSql).join('|')})\\b`);

/** Whether KQL conditions ask for any of it; to look it up costs a pass over two weeks. */
export function askCompany(conditions: readonly string[]): boolean {
  return conditions.some((condition) => asked.test(condition));
}

/** These columns for a story, and what they are joined from; unknown where nobody asks. */
export function companyColumns(known: boolean): { readonly columns: string; readonly join: string } {
  const columns = Object.entries(known ? columnsSql : unknown).map(([name, sql]) => `${sql} AS "${name}"`);
  return {
    columns: columns.join(', '),
    join: known ? 'LEFT JOIN temp.detect_company AS about USING (story)' : '',
  };
}
