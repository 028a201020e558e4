/** What the inventory and the days before say of a story: columns of `Finding`, as SQL over `companyTable`. */
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

/** The columns of `detect_members` by which it is looked up, of those that conditions ask for by name. */
export function companyColumnsOf(names: ReadonlySet<string>): readonly LookedUpBy[] {
  return Object.entries(lookedUpBy).flatMap(([name, columns]) => (names.has(name) ? columns : []));
}

type LookedUpBy = 'device' | 'process' | 'service' | 'registrable';

/** What does not differ within a story stands behind none: its time, and all of its hosts. */
const lookedUpBy: Readonly<Record<keyof typeof columnsSql, readonly LookedUpBy[]>> = {
  Role: ['device'],
  AllowedHere: ['device', 'service'],
  OwnPlace: [],
  HistoryDays: [],
  DeviceDays: ['device'],
  OwnDays: ['device', 'process', 'registrable'],
  Peers: ['device', 'process', 'registrable'],
  UsualMost: ['device', 'process', 'registrable'],
  ProgramDevices: ['device', 'process'],
  OffHours: [],
  PeopleDays: ['device'],
};

/** The table that `lookUpCompany` makes of a table of stories. */
export function companyTable(table: string): string {
  return `${table}_company`;
}

/** These columns for a story, and what they are joined from; unknown where nobody asks. */
export function companyColumns(known: boolean, table: string): { readonly columns: string; readonly join: string } {
  const columns = Object.entries(known ? columnsSql : unknown).map(([name, sql]) => `${sql} AS "${name}"`);
  return {
    columns: columns.join(', '),
    join: known ? `LEFT JOIN temp.${companyTable(table)} AS about USING (story)` : '',
  };
}
