import { fullPath } from '../program.ts';
import { Random } from '../random.ts';
import type { Account, Device, Flow, Process, Question, WrittenFile } from '../story.ts';
import { isoTime, type Micros } from '../time.ts';
import { type Log, Rows, type Sensor } from './log.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Sysmon on every device: processes (1), connections (3), files (11) and names (22), as a collector sends them on. */
export class SysmonLogs implements Sensor {
  readonly #random: Random;
  readonly #rows = new Rows<Fields>();
  readonly #records = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  flow(flow: Flow): void {
    // Of TCP only what was established is an event.
    if (flow.process === null || (flow.protocol === 'tcp' && (flow.outcome === 'silent' || flow.outcome === 'refused')))
      return;
    this.#add(3, flow.device, flow.start + this.#random.int(2_000, 60_000), {
      ...processFields(flow.device, flow.process),
      Protocol: flow.protocol,
      Initiated: flow.inbound ? 'false' : 'true',
      SourceIsIpv6: 'false',
      SourceIp: flow.localAddress,
      SourceHostname: flow.device.name,
      SourcePort: String(flow.localPort),
      DestinationIsIpv6: 'false',
      DestinationIp: flow.remoteAddress,
      DestinationHostname: '-',
      DestinationPort: String(flow.remotePort),
    });
  }

  started(device: Device, process: Process): void {
    const { program, parent } = process;
    const resource = device.system === 'windows';
    this.#add(1, device, process.created, {
      ...processFields(device, process),
      FileVersion: resource ? program.version : '-',
      Description: (resource && program.description) || '-',
      Product: (resource && program.product) || '-',
      Company: (resource && program.company) || '-',
      OriginalFileName: (resource && program.original) || '-',
      CommandLine: process.commandLine,
      IntegrityLevel: process.account.name === 'system' ? 'System' : process.elevated ? 'High' : 'Medium',
      Hashes: `SHA1=${program.sha1.toUpperCase()},MD5=${program.md5.toUpperCase()},SHA256=${program.sha256.toUpperCase()}`,
      ParentProcessGuid: parent === null ? '-' : guid(device, parent),
      ParentProcessId: String(process.parentId),
      ParentImage: parent === null ? process.parentFile : fullPath(parent.program, parent.account.name),
      ParentCommandLine: parent?.commandLine ?? process.parentFile,
    });
  }

  asked({ device, process, at, host, answers }: Question): void {
    this.#add(22, device, at, {
      ...processFields(device, process),
      QueryName: host,
      QueryStatus: answers.length === 0 ? '9003' : '0',
      QueryResults: answers.map((answer) => `::ffff:${answer};`).join('') || '-',
    });
  }

  wrote({ device, process, at, path }: WrittenFile): void {
    this.#add(11, device, at, {
      ...processFields(device, process),
      TargetFilename: path,
      CreationUtcTime: sysmonTime(device, at),
    });
  }

  logs(): Log[] {
    if (this.#rows.count === 0) return [];
    const text = this.#rows.inOrder.map(({ row }) => `${JSON.stringify(row)}\n`).join('');
    return [{ file: 'sysmon/sysmon.json', text, records: this.#rows.count }];
  }

  #add(event: number, device: Device, at: Micros, fields: Fields): void {
    const record = (this.#records.get(device.id) ?? this.#random.int(10_000, 900_000)) + this.#random.int(1, 40);
    this.#records.set(device.id, record);
    const [source, provider] = device.system === 'windows' ? windowsProvider : otherProvider;
    this.#rows.add(at, {
      EventTime: sysmonTime(device, at),
      Hostname: device.name,
      SourceName: source,
      ProviderGuid: provider,
      Channel: `${source}/Operational`,
      EventID: event,
      RecordNumber: record,
      RuleName: '-',
      UtcTime: sysmonTime(device, at),
      ...fields,
    });
  }
}

const windowsProvider = ['Microsoft-Windows-Sysmon', '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'] as const;
const otherProvider = ['Linux-Sysmon', '{FF032593-A8D3-4F13-B0D6-01FC615A0F97}'] as const;

function processFields(device: Device, process: Process): Fields {
  return {
    ProcessGuid: guid(device, process),
    ProcessId: String(process.id),
    Image: fullPath(process.program, process.account.name),
    User: userOf(device, process.account),
  };
}

function userOf({ system }: Device, { domain, name }: Account): string {
  if (name === 'system') return 'NT AUTHORITY\\SYSTEM';
  return system === 'windows' ? `${domain}\\${name}` : name;
}

/** One for each process of each device. */
function guid(device: Device, process: Process): string {
  return `{${new Random(`${device.id}/${process.id}/${process.created}`).guid().toUpperCase()}}`;
}

/** By the device's own clock. */
function sysmonTime(device: Device, at: Micros): string {
  return isoTime(at + device.clock, 3, 0)
    .replace('T', ' ')
    .replace('Z', '');
}
