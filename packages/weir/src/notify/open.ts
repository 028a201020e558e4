import { readFileSync } from 'node:fs';
import { type Severity, severities } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { SecretSource } from '../operate/config/secret.ts';
import type { DestinationConfig } from './config.ts';
import type { Destination } from './destination.ts';
import { mailSender } from './mail.ts';
import { ocsfFileSender } from './ocsfFile.ts';
import { sentinelSender } from './sentinel.ts';
import { slackSender } from './slack.ts';
import { syslogSender } from './syslog.ts';
import { teamsSender } from './teams.ts';
import { webhookSender } from './webhook.ts';

/** What stands around a config. */
export interface Surroundings {
  /** The text of a secret that stands at a place of the list. */
  readonly secret: (source: SecretSource, at: readonly PropertyKey[]) => string;
  /** A path of the config made absolute. */
  readonly path: (written: string) => string;
  /** `file:line:column` of a part of the list. */
  readonly place: (at: readonly PropertyKey[]) => string;
  /** The present, ticks. */
  readonly now: () => bigint;
  /** Least severity of what is told anywhere. */
  readonly floor: Severity;
}

/** The destinations of a config, ready to be sent to.
 *  @throws UserError where a secret or a file is not there */
export function openDestinations(configs: readonly DestinationConfig[], around: Surroundings): Destination[] {
  return configs.map((config, index) => {
    const { name, floor = around.floor, perMinute, giveUp } = config;
    return {
      name,
      floor: severities.indexOf(floor as Severity),
      readers: (config.syslog ?? config.ocsf ?? config.sentinel) ? 'machines' : 'people',
      perMinute,
      giveUp,
      send: senderOf(config, index, around),
    };
  });
}

/** The least severity that any destination is told of: what is less need not be told at all. */
export function leastFloor(configs: readonly DestinationConfig[], floor: Severity): Severity {
  const floors = configs.map((config) => severities.indexOf((config.floor ?? floor) as Severity));
  return severities[Math.min(...floors, severities.indexOf(floor))] ?? floor;
}

function senderOf(config: DestinationConfig, index: number, around: Surroundings): Destination['send'] {
  const { webhook, slack, teams, mail, syslog, ocsf, sentinel } = config;
  const secretAt = (source: SecretSource, ...at: string[]) => around.secret(source, [index, ...at]);
  const pem = (path: string | undefined, kind: string) =>
    path === undefined ? {} : { ca: readPem(around.path(path), around.place([index, kind, 'ca'])) };
  const hook = (written: NonNullable<typeof slack>, kind: string) => ({
    url:
      typeof written.url === 'string'
        ? written.url
        : webUrl(secretAt(written.url, kind, 'url'), around.place([index, kind, 'url'])),
    allow: written.allow,
    ...pem(written.ca, kind),
  });
  if (webhook !== undefined)
    return webhookSender(hook(webhook, 'webhook'), webhook.sign && secretAt(webhook.sign, 'webhook', 'sign'));
  if (slack !== undefined) return slackSender(hook(slack, 'slack'));
  if (teams !== undefined) return teamsSender(hook(teams, 'teams'));
  if (mail !== undefined) {
    const { user, password, ca, ...rest } = mail;
    const login =
      user === undefined ? {} : { login: { user, password: password ? secretAt(password, 'mail', 'password') : '' } };
    return mailSender({ ...rest, ...login, ...pem(ca, 'mail') });
  }
  if (syslog !== undefined) {
    const { ca, ...rest } = syslog;
    return syslogSender({ ...rest, ...pem(ca, 'syslog') });
  }
  if (ocsf !== undefined) return ocsfFileSender({ path: around.path(ocsf.file), max: ocsf.max, keep: ocsf.keep });
  if (sentinel === undefined) throw new Error(`destination ${config.name} is of no kind`);
  const { password, ca, ...rest } = sentinel;
  const secret = secretAt(password, 'sentinel', 'password');
  return sentinelSender({ ...rest, secret, now: around.now, ...pem(ca, 'sentinel') });
}

function readPem(path: string, place: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw new UserError('CA_UNREADABLE', place, message, 'Name a PEM file that the service may read.');
  }
}

/** A URL that stood elsewhere. It is a secret, so it is not repeated. */
function webUrl(text: string, place: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UserError(
    'SECRET_INVALID',
    place,
    'the secret is no http or https URL',
    'Put the whole URL of the webhook into it.',
  );
}
