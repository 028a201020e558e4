import { dirname, join, matchesGlob } from 'node:path';

/** The watched path (`watch` in weir.yaml) under which a file lies, and as which it is told, for files end and others come;
 *  undefined of what is no watched file. */
export function watchedPath(watch: readonly string[], door: string, source: string): string | undefined {
  const paths = watch.map((path) => join(path, '.'));
  for (let at = door === 'file' ? source : ''; at !== ''; at = dirname(at) === at ? '' : dirname(at)) {
    const path = paths.find((each) => each === at || matchesGlob(at, each));
    if (path !== undefined) return path;
  }
  return undefined;
}
