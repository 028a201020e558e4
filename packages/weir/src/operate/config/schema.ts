import { z } from 'zod';
import { longestBody } from '../../model/bodies.ts';
import { map } from '../../yaml/map.ts';
import { listen } from './address.ts';
import { duration, size } from './units.ts';

const path = z.string().trim().min(1);
const paths = z.array(path);

const pem = {
  certificate: path.describe('PEM file of the certificate with its chain'),
  key: path.describe('PEM file of its private key'),
};
const tls = map(pem);
const syslogTls = map({
  ...pem,
  clientAuthorities: path
    .optional()
    .describe('PEM file of authorities: who sends must show a certificate of one of them'),
});

/** weir.yaml. Every key has a default or may be left out, and says what it is: docs/config.md is written from this.
 *  `destinations` is the schema of who is told, which belongs to the room that tells them. */
export function configFile<Destinations extends z.ZodType>(destinations: Destinations) {
  return map({
    listen: listen
      .prefault('127.0.0.1:8765')
      .describe('where the API and the console answer and logs are taken over HTTP'),
    tls: tls.optional().describe('with it, the server speaks TLS'),
    plainHttp: z
      .boolean()
      .default(false)
      .describe('true: listen beyond this machine without TLS, behind a proxy that has it'),
    hostNames: z
      .array(
        z
          .string()
          .regex(/^[\w.-]+$/, 'a host name is expected here')
          .toLowerCase(),
      )
      .default([])
      .describe('further names under which browsers reach it; requests for others are refused'),
    proxies: z
      .array(z.string().regex(/^[0-9a-fA-F.:]+$/, 'an address is expected here'))
      .default([])
      .describe('addresses of proxies whose X-Forwarded-For is believed'),
    rules: paths
      .default([])
      .describe("files and folders of rules; none: Weir's own, and before them those in the home's folder rules"),
    exceptions: path.optional().describe('file of exceptions, beside those made through the API'),
    inventory: path.optional().describe("file of what is the organisation's own"),
    watch: paths.default([]).describe('files, folders and globs that are followed as they grow'),
    syslog: z
      .array(
        map({
          listen: listen.describe('where syslog over TCP is taken'),
          tls: syslogTls.optional().describe('with it, senders speak TLS'),
          plain: z
            .boolean()
            .default(false)
            .describe(
              'true: listen beyond this machine without TLS; whoever reaches it may send, and logs are read on the way',
            ),
        }),
      )
      .default([])
      .describe('doors for syslog'),
    intake: map({
      bodyMax: size
        .refine((bytes) => bytes <= longestBody, 'a body of more than 256MiB is never taken; write 256MiB or less')
        .prefault('64MiB')
        .describe('the largest request body that is taken, unpacked; at most 256MiB'),
      journalMax: size
        .prefault('10GiB')
        .describe('what the journal may hold before senders are held off; at least 130MiB, and 2MiB more than bodyMax'),
    })
      .prefault({})
      .describe('how logs come in'),
    lake: map({
      keep: duration
        .prefault('90d')
        .describe('how long rows are kept, from the later of their evidence and their arrival'),
      max: size.optional().describe('how large the segments may become; the oldest days go first'),
    })
      .prefault({})
      .describe('what is kept'),
    engine: map({
      memory: size.prefault('1500MiB').describe('memory of the engines that normalize, fuse and run rules'),
      threads: z.int().min(1).max(256).default(2).describe('its threads'),
    })
      .prefault({})
      .describe('limits of detection'),
    queries: map({
      atOnce: z
        .int()
        .min(1)
        .max(32)
        .default(2)
        .describe(
          'how many queries of people run at a time, each in a process; a place that becomes free goes to who has the fewest',
        ),
      memory: size.prefault('512MiB').describe('memory of each'),
      threads: z.int().min(1).max(64).default(1).describe('threads of each'),
      time: duration.prefault('60s').describe('the longest that one runs; then it is killed'),
      backtest: duration.prefault('1h').describe('the longest that a back-test runs; then it is killed'),
      rows: z.int().min(1).max(1_000_000).default(10_000).describe('the most rows that one gives'),
    })
      .prefault({})
      .describe("limits of people's queries"),
    sessions: map({
      idle: duration.prefault('2h').describe('a session ends after so long without a request'),
      longest: duration.prefault('12h').describe('and after so long in any case'),
    })
      .prefault({})
      .describe('sessions of people who logged in'),
    canary: map({
      every: duration.describe('how often a scenario goes through the real intake and must raise its alert'),
    })
      .optional()
      .describe('without it, nothing proves that alerts still come; its rows stand in the tables (serve.md)'),
    log: map({
      level: z
        .enum(['debug', 'info', 'warn', 'error'])
        .default('info')
        .describe('what is logged at the least; JSON lines on stderr'),
    })
      .prefault({})
      .describe('what the service says of itself'),
    destinations: destinations.describe('who is told of alerts'),
  });
}

export type ConfigOf<Destinations extends z.ZodType> = z.output<ReturnType<typeof configFile<Destinations>>>;
