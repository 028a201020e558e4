/** How far a scan is, for a person who waits. */
export interface Progress {
  readonly stage: 'read' | 'fuse' | 'detect';
  /** The file or rule at hand. */
  readonly what: string;
  readonly bytesRead?: number;
  readonly bytesTotal?: number;
  readonly records?: number;
}
