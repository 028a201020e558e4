import { Random } from './random.ts';

/** An executable as an endpoint sensor describes it. */
export interface Program {
  readonly file: string;
  /** The folder; `{user}` stands for the account's name. */
  readonly folder: string;
  /** The name in the version resource, which a renamed file keeps. */
  readonly original: string;
  /** The file on disk, where the process is called otherwise. */
  readonly image: string;
  readonly company: string;
  readonly product: string;
  readonly description: string;
  readonly version: string;
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly md5: string;
  /** What started it, by file name. */
  readonly parent: string;
  /** How it is called when nobody says otherwise. */
  readonly commandLine: string;
}

export interface Description {
  readonly image?: string;
  readonly original?: string;
  readonly company?: string;
  readonly product?: string;
  readonly description?: string;
  readonly version?: string;
  readonly parent?: string;
  readonly commandLine?: string;
}

/** A program of a file and folder; what is not said of it is invented, the same for the same path. */
export function program(file: string, folder: string, given: Description = {}): Program {
  const hashes = new Random(`program/${folder}/${file}`);
  return {
    file,
    folder,
    original: given.original ?? file,
    image: given.image ?? file,
    company: given.company ?? '',
    product: given.product ?? given.description ?? '',
    description: given.description ?? given.product ?? '',
    version: given.version ?? `${hashes.int(1, 24)}.${hashes.int(0, 9)}.${hashes.int(0, 4000)}.${hashes.int(0, 99)}`,
    size: hashes.size(90_000, 60_000_000),
    sha1: hashes.hex(40),
    sha256: hashes.hex(64),
    md5: hashes.hex(32),
    parent: given.parent ?? 'explorer.exe',
    commandLine: given.commandLine ?? `"${file}"`,
  };
}

/** Where its file lies for an account. */
export function fullPath({ folder, image }: Program, account: string): string {
  return folder.replace('{user}', account) + (folder.startsWith('/') ? '/' : '\\') + image;
}
