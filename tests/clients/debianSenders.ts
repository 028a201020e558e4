import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, token } from './client.ts';
import type { Doors } from './doors.ts';
import { type Debian, modulesOf } from './install.ts';

/** A shipper as a process: told what to do by a config, fed over TCP. */
function shipper(
  name: string,
  isAcknowledged: boolean,
  spawned: (folder: string, doors: Doors, input: number) => ChildProcess,
): Client {
  let child: ChildProcess | undefined;
  let socket: Socket | undefined;
  let said = '';
  return {
    name,
    isAcknowledged,
    start: async (doors) => {
      const folder = join(doors.home, name.replace(/\W+/g, '-'));
      mkdirSync(folder, { recursive: true });
      child = spawned(folder, doors, doors.port + 2);
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (text) => (said = `${said}${text}`.slice(-4000)));
      for (let attempt = 0; socket === undefined; attempt += 1) {
        if (attempt > 100) throw new Error(`${name} does not listen:\n${said}`);
        await pause(100);
        const tried = connect(doors.port + 2, '127.0.0.1');
        await Promise.race([once(tried, 'connect'), once(tried, 'close')]).catch(() => undefined);
        if (tried.readyState === 'open') socket = tried;
      }
    },
    send: async (records) => {
      for (const record of records)
        if (!socket?.write(`<134>1 2026-11-27T10:00:00Z sensor zeek - - - ${record}\n`) && socket)
          await once(socket, 'drain');
    },
    stop: async () => {
      socket?.destroy();
      if (!child) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([ended, pause(5_000).then(() => child?.kill('SIGKILL'))]);
    },
  };
}

const quiet = ['ignore', 'pipe', 'pipe'] as const;

/** rsyslog into `_bulk`, with the config that the page on shippers has. */
export function rsyslogElastic(debian: Debian): Client {
  return shipper('rsyslog omelasticsearch', true, (folder, { port }, input) =>
    rsyslog(
      debian,
      folder,
      `module(load="omelasticsearch")
template(name="id" type="string" string="%uuid%")
template(name="doc" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}
input(type="imtcp" port="${input}" ruleset="out")
ruleset(name="out") {
  action(type="omelasticsearch" server="127.0.0.1" serverport="${port}" searchIndex="zeek-conn" searchType=""
    bulkmode="on" bulkid="id" dynbulkid="on" writeoperation="create" template="doc" uid="weir" pwd="${token}"
    errorfile="${folder}/errors.json" action.resumeretrycount="-1" action.resumeinterval="1"
    queue.type="LinkedList" queue.dequeuebatchsize="50")
}`,
    ),
  );
}

/** rsyslog into the syslog door, octet-counted. */
export function rsyslogForward(debian: Debian): Client {
  return shipper('rsyslog omfwd over TCP', false, (folder, { syslogPort }, input) =>
    rsyslog(
      debian,
      folder,
      `input(type="imtcp" port="${input}" ruleset="out")
ruleset(name="out") {
  action(type="omfwd" target="127.0.0.1" port="${syslogPort}" protocol="tcp" TCP_Framing="octet-counted"
    template="RSYSLOG_SyslogProtocol23Format" action.resumeretrycount="-1" action.resumeinterval="1" queue.type="LinkedList")
}`,
    ),
  );
}

function rsyslog(debian: Debian, folder: string, rest: string): ChildProcess {
  const config = join(folder, 'rsyslog.conf');
  writeFileSync(config, `global(workDirectory="${folder}")\nmodule(load="imtcp")\n${rest}\n`);
  const words = ['-n', '-f', config, '-i', join(folder, 'pid'), '-M', modulesOf(debian, 'rsyslog')];
  return spawn(join(debian.root, 'usr/sbin/rsyslogd'), words, { env: debian.environment, stdio: [...quiet] });
}

/** syslog-ng into `_bulk` by its own driver, in a format of its own, without `_id`. */
export function syslogNgElastic(debian: Debian): Client {
  return shipper('syslog-ng elasticsearch-http', true, (folder, { port }, input) =>
    syslogNg(
      debian,
      folder,
      input,
      `elasticsearch-http(url("http://127.0.0.1:${port}/_bulk") index("zeek-conn") type("") user("weir") password("${token}")
  batch_lines(50) batch-timeout(200))`,
    ),
  );
}

/** syslog-ng into HEC. */
export function syslogNgHec(debian: Debian): Client {
  return shipper('syslog-ng http to HEC', true, (folder, { port }, input) =>
    syslogNg(
      debian,
      folder,
      input,
      `http(url("http://127.0.0.1:${port}/services/collector/event")
  headers("Authorization: Splunk ${token}", "Content-Type: application/json")
  body("$(format-json time=$S_UNIXTIME host=$HOST sourcetype=zeek event=$MSG)") batch-lines(50) batch-timeout(200))`,
    ),
  );
}

/** syslog-ng into the syslog door. */
export function syslogNgForward(debian: Debian): Client {
  return shipper('syslog-ng syslog() over TCP', false, (folder, { syslogPort }, input) =>
    syslogNg(debian, folder, input, `syslog("127.0.0.1" port(${syslogPort}) transport("tcp"))`),
  );
}

function syslogNg(debian: Debian, folder: string, input: number, destination: string): ChildProcess {
  const config = join(folder, 'syslog-ng.conf');
  const library = join(debian.root, 'usr/share/syslog-ng/include/scl/elasticsearch/elastic-http.conf');
  writeFileSync(
    config,
    `@version: 3.38
@include "${library}"
options { keep-hostname(yes); time-reopen(1); };
source s { network(ip("127.0.0.1") port(${input}) transport("tcp") flags(syslog-protocol)); };
destination d { ${destination}; };
log { source(s); destination(d); };
`,
  );
  const file = (name: string) => join(folder, name);
  const words = ['-F', '--no-caps', '-f', config, '-p', file('pid'), '-c', file('ctl'), '-R', file('persist')];
  return spawn(join(debian.root, 'usr/sbin/syslog-ng'), [...words, '--module-path', modulesOf(debian, 'syslog-ng')], {
    env: debian.environment,
    stdio: [...quiet],
  });
}
