/** So many bytes that nobody can guess. Handed down, so that a test can know them. */
export type Randomness = (bytes: number) => Uint8Array;
