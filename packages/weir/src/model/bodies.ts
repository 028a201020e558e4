/** The longest body that may be taken, as it is unpacked; bytes. A body is in memory as a whole. */
export const longestBody = 256 * 1024 * 1024;

/** The longest watched file that is read as one document, and so becomes one body. Bytes. */
export const longestDocument = 128 * 1024 * 1024;

/** What may stand around a body where it is kept: line ends that it lacked, who sent it, the keys of what is in it. Bytes. */
export const aroundBody = 2 * 1024 * 1024;
