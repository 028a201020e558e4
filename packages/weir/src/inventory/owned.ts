/** A regular expression for the host names of a tenant, bucket or repository: its name is the first of the host's labels,
 *  alone or with dots (`larkfield.sharepoint.com`, `larkfield.backups.s3.eu-west-1.amazonaws.com`), or the whole host. */
export function ownedPattern(name: string): string {
  return `${starred(name)}([.].*)?`;
}

/** A name in which `*` stands for any characters. */
export function starred(name: string): string {
  return name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
}
