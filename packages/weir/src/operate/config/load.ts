import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { aroundBody, longestDocument } from '../../model/bodies.ts';
import { UserError } from '../../model/userError.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../../yaml/yamlDocument.ts';
import { isLoopback } from './address.ts';
import { type ConfigOf, configFile } from './schema.ts';

const code = 'CONFIG_INVALID';

/** A config with its paths made absolute, and where each part of it stands. */
export interface LoadedConfig<Destinations extends z.ZodType> {
  readonly config: ConfigOf<Destinations>;
  /** `file:line:column` of a part, for who finds out later that it will not do. */
  place(at: readonly PropertyKey[]): string;
}

/** Reads weir.yaml. `destinations` is the schema of its destinations. Where `mayLack`, a file that is not there says nothing,
 *  and every key has its default.
 *  @throws UserError `CONFIG_UNREADABLE`, `YAML_INVALID` or `CONFIG_INVALID` with file, line and column: for what is not
 *  well formed, names files that are not there, or would let strangers listen in */
export async function loadConfig<Destinations extends z.ZodType>(
  path: string,
  { destinations, mayLack = false }: { readonly destinations: Destinations; readonly mayLack?: boolean },
): Promise<LoadedConfig<Destinations>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (mayLack && cause.code === 'ENOENT') return '';
    const message = `cannot be read (${cause.code ?? cause.message})`;
    throw new UserError(
      'CONFIG_UNREADABLE',
      path,
      message,
      'Name a file like weir.yaml; docs/config.md lists its keys.',
    );
  });
  const document = parseYaml(path, text);
  // A file of comments alone says nothing, which is no mistake.
  const spoken: YamlDocument = { ...document, value: document.value ?? {} };
  const written = checkYaml(spoken, configFile(destinations), code) as ConfigOf<Destinations> & Paths;
  const config = { ...written, ...absolute(written, dirname(resolve(path))) };
  refuseOpenDoors(config, document);
  refuseSmallJournal(config, document);
  await mustBeThere(config, document);
  return { config, place: (at) => placeOf(document, at) };
}

/** The parts of a config that name files. */
type Paths = Pick<
  ConfigOf<z.ZodType>,
  'rules' | 'exceptions' | 'inventory' | 'tls' | 'watch' | 'syslog' | 'listen' | 'plainHttp' | 'intake'
>;

/** The files of a door that speaks TLS. */
type SyslogTls = NonNullable<Paths['syslog'][number]['tls']>;

/** Paths count from the folder of the file that names them. */
function absolute({ rules, exceptions, inventory, tls, watch, syslog }: Paths, folder: string) {
  const at = (path: string) => resolve(folder, path);
  const pem = (files: SyslogTls) => ({
    certificate: at(files.certificate),
    key: at(files.key),
    ...(files.clientAuthorities === undefined ? {} : { clientAuthorities: at(files.clientAuthorities) }),
  });
  return {
    rules: rules.map(at),
    ...(exceptions === undefined ? {} : { exceptions: at(exceptions) }),
    ...(inventory === undefined ? {} : { inventory: at(inventory) }),
    ...(tls === undefined ? {} : { tls: pem(tls) }),
    watch: watch.map(at),
    syslog: syslog.map((door) => (door.tls === undefined ? door : { ...door, tls: pem(door.tls) })),
  };
}

function refuseOpenDoors({ listen, tls, plainHttp, syslog }: Paths, document: YamlDocument): void {
  if (tls === undefined && !plainHttp && !isLoopback(listen.host))
    throw new UserError(
      code,
      placeOf(document, ['listen']),
      `${listen.host} is reached from other machines, and without TLS passwords and logs would travel in the clear`,
      'Give tls a certificate and a key, listen at 127.0.0.1, or write plainHttp: true where a proxy in front has TLS.',
    );
  for (const [index, door] of syslog.entries())
    if (door.tls === undefined && !door.plain && !isLoopback(door.listen.host))
      throw new UserError(
        code,
        placeOf(document, ['syslog', index, 'listen']),
        `${door.listen.host} is reached from other machines, and without TLS logs would travel in the clear, from whoever sends them`,
        'Give this door tls with a certificate and a key, listen at 127.0.0.1, or write plain: true beside listen where only senders that are trusted reach it.',
      );
}

/** A body for which there is never room would hold its sender off for ever. */
function refuseSmallJournal({ intake }: Paths, document: YamlDocument): void {
  const least = Math.max(intake.bodyMax, longestDocument) + aroundBody;
  if (intake.journalMax >= least) return;
  throw new UserError(
    code,
    placeOf(document, ['intake']),
    `the journal may hold ${intake.journalMax} bytes, and needs ${least}: for the largest body, or a document of a watched folder, there would never be room`,
    'Give journalMax at least 130MiB, and 2MiB more than bodyMax.',
  );
}

async function mustBeThere(
  { rules, exceptions, inventory, tls, syslog }: Paths,
  document: YamlDocument,
): Promise<void> {
  const pem = (files: SyslogTls | undefined, at: readonly PropertyKey[]) =>
    (['certificate', 'key', 'clientAuthorities'] as const).flatMap((key) => {
      const path = files?.[key];
      return path === undefined ? [] : [{ path, at: [...at, key] }];
    });
  const named = [
    ...rules.map((path, index) => ({ path, at: ['rules', index] as readonly PropertyKey[] })),
    ...(exceptions === undefined ? [] : [{ path: exceptions, at: ['exceptions'] }]),
    ...(inventory === undefined ? [] : [{ path: inventory, at: ['inventory'] }]),
    ...pem(tls, ['tls']),
    ...syslog.flatMap((door, index) => pem(door.tls, ['syslog', index, 'tls'])),
  ];
  for (const { path, at } of named) {
    await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
      const message = `${path} cannot be read (${cause.code})`;
      throw new UserError(
        code,
        placeOf(document, at),
        message,
        'Name a file that is there; paths count from this file.',
      );
    });
  }
}
