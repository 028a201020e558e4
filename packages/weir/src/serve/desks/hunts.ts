import type { HuntDesk } from '../../api/parts.ts';
import type { Hunt } from '../../hunts/hunt.ts';
import { readHunts } from '../../hunts/load.ts';

/** The hunts of a folder, read when they are first asked for; they come with a release and stay as they are. */
export function huntDesk(folder: string): HuntDesk {
  let read: Promise<Hunt[]> | undefined;
  return {
    list: () => {
      read ??= readHunts(folder);
      return read;
    },
  };
}
