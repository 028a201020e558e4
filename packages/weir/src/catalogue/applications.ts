/** The words of an application's name, in lower case, joined by `-`: products write `google-drive-web`,
 *  `Google.Drive_File.Upload` and `GOOGLE DRIVE`. */
export function applicationWords(name: string): string {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-');
}

/** Finds what is known of an application by the longest of the listed names that its name begins with. Words are compared
 *  whole: `mega` is `mega-uploading`, and not `megaupload`. */
export function applicationTable<T>(names: ReadonlyMap<string, T>): (name: string) => T | undefined {
  return (name) => {
    for (
      let words = applicationWords(name);
      words !== '';
      words = words.slice(0, Math.max(0, words.lastIndexOf('-')))
    ) {
      const found = names.get(words);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
