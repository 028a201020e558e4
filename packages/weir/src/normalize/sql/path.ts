/** The file's name at the end of a path of Windows or Unix. */
export function fileName(path: string): string {
  return String.raw`regexp_extract(${path}, '[^/\\]*$')`;
}
