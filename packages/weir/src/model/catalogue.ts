/** What the catalogue knows of a service. */
export interface CatalogueEntry {
  readonly service: string;
  /** The main category, by which rules choose. */
  readonly category: string;
  /** All categories, the main one first. */
  readonly categories: readonly string[];
  readonly subTechnique: string;
  /** So much ordinary traffic goes there that the name alone says nothing. */
  readonly broad: boolean;
}

/** Web services by host name and address. A pure function of its files. */
export interface Catalogue {
  /** Hash of what the files say (comments and order do not count): a segment records which one tagged it. */
  readonly version: string;
  /** The names of all services. */
  readonly services: ReadonlySet<string>;
  /** The host suffixes of each service as its file lists them, patterns (`s3.*.amazonaws.com`) included. */
  readonly hostsOfServices: ReadonlyMap<string, readonly string[]>;
  /** The entry of the longest host suffix; labels are compared whole. Any spelling of a host name is understood. */
  matchHost(host: string): CatalogueEntry | undefined;
  /** The entry of a published address range. */
  matchAddress(ip: string): CatalogueEntry | undefined;
  /** The part of a host name that somebody registered (a bucket's or a tunnel's own name where the provider lists its
   *  domain as a public suffix); '' for addresses and single labels. */
  registrableDomain(host: string): string;
}
