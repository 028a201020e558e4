/** What the service asks of a file system, as narrow as a fault can be put into it: what is not in here, the service does
 *  not do to a file that it must not lose. Paths are absolute. Errors are Node's own, with their `code`. */
export interface Disk {
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder, sorted. */
  list(folder: string): Promise<string[]>;
  /** Opens a file to write at its end; makes it where it is not there. */
  openAppend(path: string): Promise<AppendFile>;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  read(path: string, offset: number, length: number): Promise<Buffer>;
  /** Bytes. */
  size(path: string): Promise<number>;
  /** Cuts a file off after `length` bytes. */
  truncate(path: string, length: number): Promise<void>;
  remove(path: string): Promise<void>;
  /** Gives a file another name on the same file system, over whatever has that name. */
  rename(path: string, to: string): Promise<void>;
  /** What a file holds survives a crash once this ends. */
  syncFile(path: string): Promise<void>;
  /** That the files of a folder are there, or gone, survives a crash once this ends. */
  syncFolder(path: string): Promise<void>;
}

export interface AppendFile {
  /** Writes all parts, one after the other, and they survive a crash once this ends. After it threw, nothing may be said of
   *  what was to be written: an unknown part of it may be in the file, and a kernel may have dropped pages and report success
   *  the next time. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}
