import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { severities } from '../model/finding.ts';
import { secret } from '../operate/config/secret.ts';
import { duration, size } from '../operate/config/units.ts';
import { map } from '../yaml/map.ts';

const text = z.string().trim().min(1);
const host = z.string().regex(/^[\w.:-]+$/, 'a host name or an address is expected here');
const port = z.int().min(1).max(65_535);
const file = text.describe('a file; its path counts from the folder of weir.yaml');
const ca = file
  .optional()
  .describe('PEM file of the authority that signed the other side, where it is not a public one');

const web = z.url({ protocol: /^https?$/, error: 'an http or https URL is expected here' });
const url = z.union([web, secret], 'a URL is expected here, or { env: NAME } or { file: PATH } where it is a secret');

const network = z
  .string()
  .refine(isNetwork, 'an address or a network is expected here: 10.1.2.3 or 10.1.2.0/24')
  .describe('an address or a network');

const webhook = {
  url: url.describe('where messages are posted'),
  allow: z
    .array(network)
    .default([])
    .describe('private, loopback or link-local networks that it may nevertheless be in'),
  ca,
};

const mailAddress = z.string().regex(/^[^\s<>@,;]+@[^\s<>@,;]+$/, 'a mail address is expected here');

const kinds = {
  webhook: map({
    ...webhook,
    sign: secret.optional().describe('the key of the signature; without it messages are not signed'),
  }).optional(),
  slack: map(webhook).optional().describe('an incoming webhook of Slack'),
  teams: map(webhook).optional().describe('a workflow of Teams that posts what its webhook gets'),
  mail: map({
    host,
    port: port.default(587),
    tls: z
      .enum(['start', 'whole', 'none'])
      .default('start')
      .describe(
        'start: begins in the clear and must change to TLS; whole: TLS from the first byte; none: in the clear',
      ),
    user: text.optional(),
    password: secret.optional(),
    from: mailAddress,
    to: z.array(mailAddress).min(1),
    ca,
  }).optional(),
  syslog: map({
    host,
    port: port.default(514),
    over: z.enum(['udp', 'tcp', 'tls']).default('tcp'),
    ca,
  })
    .optional()
    .describe('events in CEF'),
  ocsf: map({
    file,
    max: size.prefault('100MiB').describe('a larger file is put aside'),
    keep: z.int().min(1).max(1_000).default(5).describe('how many files put aside are kept'),
  })
    .optional()
    .describe('a file of OCSF Detection Findings, one a line'),
  sentinel: map({
    endpoint: web.describe('of the data collection endpoint or rule'),
    collectionRule: text.describe('the immutable id of the data collection rule'),
    stream: text.describe('its stream, as Custom-WeirAlerts_CL'),
    tenant: text,
    client: text.describe('the application that may send'),
    password: secret.describe("the application's secret"),
    authority: web.default('https://login.microsoftonline.com'),
    audience: web.default('https://monitor.azure.com'),
    ca,
  })
    .optional()
    .describe("Microsoft Sentinel's Logs Ingestion API"),
};

const kindNames = Object.keys(kinds);

const destination = map({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'a name is one word of letters, digits, dots and dashes'),
  floor: z
    .enum(severities as [string, ...string[]])
    .optional()
    .describe('less than this severity is not told here'),
  perMinute: z
    .int()
    .min(1)
    .max(600)
    .default(6)
    .describe('more messages a minute are put together; not of syslog, ocsf and sentinel'),
  giveUp: duration.prefault('24h').describe('after so long a message that cannot be delivered is put aside and told'),
  ...kinds,
}).superRefine((value, context) => {
  const named = kindNames.filter((kind) => value[kind as keyof typeof value] !== undefined);
  if (named.length === 1) return;
  const message =
    named.length === 0
      ? `where to is not said; one of ${kindNames.join(', ')} is expected`
      : `it is ${named.join(' and ')}; one is expected`;
  context.addIssue({ code: 'custom', message, path: [named[1] ?? 'name'] });
});

/** `destinations` of weir.yaml. */
export const destinationsFile = z
  .array(destination)
  .superRefine((all, context) => {
    for (const [index, { name }] of all.entries())
      if (all.findIndex((other) => other.name === name) < index)
        context.addIssue({
          code: 'custom',
          message: `${name} is the name of a destination above`,
          path: [index, 'name'],
        });
  })
  .default([]);

export type DestinationConfig = z.output<typeof destination>;

function isNetwork(written: string): boolean {
  return ipaddr.isValid(written) || ipaddr.isValidCIDR(written);
}
