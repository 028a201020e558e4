import type { RawColumns } from '../../reading.ts';

/** The spellings that one column of Cisco's has in exports and tables: `Internal IP`, `Internal_IP`, with or without the
 *  type that Log Analytics adds. */
export function spellings(...names: string[]): string[] {
  return names.flatMap((name) => {
    const forms = new Set([name, name.replaceAll(' ', '_')]);
    return [...forms].flatMap((form) => [form, `${form}_s`, `${form}_d`, `${form}_t`]);
  });
}

export function hasColumn(names: readonly string[], ...wanted: string[]): boolean {
  return spellings(...wanted).some((name) => names.includes(name));
}

export const unknownSpellings = ['', '-', 'null', 'None'];

/** SQL of the user that an identity is; null where it is a network, a site or a machine. A directory's users have their
 *  address in brackets behind the name. */
export function userOf(raw: RawColumns, identity: string, type: string): string {
  const address = `nullif(regexp_extract(${identity}, '\\(([^() ]+@[^() ]+)\\)$', 1), '')`;
  return `CASE WHEN ${type} IN ('AD Users', 'AD User', 'Directory Users', 'SAML Users') THEN coalesce(${raw.once(address)}, ${identity}) END`;
}
