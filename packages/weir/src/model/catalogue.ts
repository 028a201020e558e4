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

/** What a program is for. */
export const programKinds = [
  'script-engine',
  'transfer-tool',
  'tunnel-tool',
  'system-tool',
  'browser',
  'chat',
  'mail',
  'office',
  'sync',
  'backup',
  'management',
  'developer-tool',
  'server',
  'security',
  'monitoring',
  'updater',
  'archiver',
  'remote-access',
] as const;

export type ProgramKind = (typeof programKinds)[number];

/** What kind of folder a program's file lies in: `installed` (where installers put programs), `system` (the operating
 *  system's), `data` (below ProgramData), `user` (elsewhere in a profile), `odd` (temporary, public, downloads, recycle bin
 *  and others where no program is installed), `other`; '' where no path is known. */
export type ProgramPlace = '' | 'installed' | 'system' | 'data' | 'user' | 'odd' | 'other';

/** A program as the catalogue describes it. In names and folders `*` stands for any characters. */
export interface Program {
  readonly program: string;
  readonly kind: ProgramKind;
  readonly names: readonly string[];
  /** What its version resource may call it. */
  readonly originals: readonly string[];
  /** Parts of its maker's name; none where anybody builds it. */
  readonly company: readonly string[];
  /** Where it lies, with slashes and without the drive; none where that says nothing. */
  readonly folders: readonly string[];
  /** The services and categories of services of which it is an expected client; `*` is any category. */
  readonly services: readonly string[];
  readonly categories: readonly string[];
}

/** What a sensor says of a program; '' is unknown. */
export interface ProgramSighting {
  readonly file: string;
  /** The original file name of its version resource. */
  readonly original: string;
  /** The path of the file, or of its folder. */
  readonly folder: string;
  readonly company: string;
}

/** What the catalogue makes of it. */
export interface ProgramFacts {
  /** Which program it is: by its version resource, else by its name where nothing contradicts that; else ''. */
  readonly program: string;
  readonly kind: ProgramKind | '';
  readonly place: ProgramPlace;
  /** Whether the version resource names another program than the file name does; null where it says nothing. */
  readonly renamed: boolean | null;
  /** Of which services and categories it is an expected client: none where name, place and maker do not agree. */
  readonly services: readonly string[];
  readonly categories: readonly string[];
}

/** Web services by host name and address, and the programs that meet them. A pure function of its files. */
export interface Catalogue {
  /** Hash of what the files say (comments and order do not count): a segment records which one tagged it. */
  readonly version: string;
  /** The names of all services. */
  readonly services: ReadonlySet<string>;
  /** The host suffixes of each service as its file lists them, patterns (`s3.*.amazonaws.com`) included. */
  readonly hostsOfServices: ReadonlyMap<string, readonly string[]>;
  /** The entry of the longest host suffix; labels are compared whole. Any spelling of a host name is understood. */
  matchHost(host: string): CatalogueEntry | undefined;
  /** The entry of what a firewall or sensor calls the application (`mega-uploading`, `Dropbox_File.Upload`): of the longest
   *  listed name that it begins with; words are compared whole. */
  matchApplication(name: string): CatalogueEntry | undefined;
  /** What a program is. */
  identify(sighting: ProgramSighting): ProgramFacts;
  /** The entry of a published address range. */
  matchAddress(ip: string): CatalogueEntry | undefined;
  /** The part of a host name that somebody registered (a bucket's or a tunnel's own name where the provider lists its
   *  domain as a public suffix, a customer's where the catalogue says that each has one); '' for addresses and single
   *  labels. */
  registrableDomain(host: string): string;
}
