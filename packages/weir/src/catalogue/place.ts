import type { ProgramPlace } from '../model/catalogue.ts';

/** What kind of folder a program's file lies in. `path` is the file's own or its folder's, as any sensor writes it; '' for
 *  what says nothing. In order: the first that fits counts. */
export function placeOfPath(path: string): ProgramPlace {
  const plain = plainPath(path);
  if (plain === '') return '';
  return places.find(([, fits]) => fits.test(plain))?.[0] ?? 'other';
}

/** A path as the catalogue compares it: lower case, slashes, without the device or drive (`\Device\HarddiskVolume3`,
 *  `\\?\C:`). */
export function plainPath(path: string): string {
  return path
    .trim()
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^"|"$/g, '')
    .replace(/^\/\/[?.]\//, '')
    .replace(/^\/device\/harddiskvolume\d+/, '')
    .replace(/^[a-z]:/, '');
}

const user = '^/(users|home|documents and settings)/[^/]+';

const places: readonly (readonly [ProgramPlace, RegExp])[] = [
  // Where anybody may write and nobody installs.
  ['odd', /\/(te?mp|downloads|perflogs|\$?recycle(\.bin|r)?|shm)(\/|$)/],
  ['odd', /^\/(users\/public|intel)(\/|$)/],
  ['odd', /^\/programdata\/[^/]+\.[a-z0-9]{1,4}$/],
  // Folders of Windows that hold no programs.
  [
    'odd',
    /^\/windows\/(help|fonts|debug|tracing|tasks|addins|media|inf|cursors|web|ime|vss|registration|system)(\/|$)/,
  ],
  ['installed', new RegExp(`${user}/appdata/local/(programs|microsoft/(windowsapps|onedrive|teams|edge))/`)],
  [
    'installed',
    new RegExp(`${user}/(applications|\\.local/(bin|share|pipx)|\\.cargo/bin|\\.pyenv|\\.nvm|scoop/apps)/`),
  ],
  ['user', new RegExp(`${user}/|^/root/`)],
  ['installed', /^\/(program files( \(x86\))?|applications|opt|snap|nix|gnu|usr\/(local|share)|library)\//],
  ['installed', /^\/programdata\/(microsoft|chocolatey|package cache)\/|^\/var\/lib\/(flatpak|snapd|docker)\//],
  ['data', /^\/programdata\//],
  ['system', /^\/windows\/|^\/(usr|bin|sbin|lib|lib64|system)\//],
];
