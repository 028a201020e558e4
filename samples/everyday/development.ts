import type { Program } from '../../packages/weir/src/simulate/program.ts';
import type { Random } from '../../packages/weir/src/simulate/random.ts';
import { type Micros, minute, second } from '../../packages/weir/src/simulate/time.ts';
import type { Desk } from '../desk.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

/** One command in a terminal: a program that starts, talks to some hosts in turn, and ends. */
interface Command {
  readonly program: Program;
  readonly commandLine: string;
  readonly talks: readonly {
    readonly host: string;
    readonly sent: readonly [number, number];
    readonly received: readonly [number, number];
  }[];
}

const small: readonly [number, number] = [700, 4_000];
const page: readonly [number, number] = [4_000, 90_000];
const bulky: readonly [number, number] = [600_000, 75_000_000];

const commands: readonly Command[] = [
  {
    program: programs.gitHttps,
    commandLine: 'git-remote-https origin https://github.com/larkfield/lens-control.git',
    talks: [{ host: 'github.com', sent: [9_000, 4_000_000], received: [5_000, 40_000] }],
  },
  {
    program: programs.gitHttps,
    commandLine: 'git-remote-https origin https://gitlab.com/larkfield/firmware.git',
    talks: [{ host: 'gitlab.com', sent: [7_000, 900_000], received: [6_000, 9_000_000] }],
  },
  {
    program: programs.python,
    commandLine: 'python -m pip install -r requirements.txt',
    talks: [
      { host: 'pypi.org', sent: small, received: page },
      { host: 'files.pythonhosted.org', sent: small, received: bulky },
      { host: 'files.pythonhosted.org', sent: small, received: bulky },
    ],
  },
  {
    program: programs.node,
    commandLine: '"node" "C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js" ci',
    talks: [
      { host: 'packages.build-tools.example', sent: [2_000, 60_000], received: bulky },
      { host: 'packages.build-tools.example', sent: [2_000, 60_000], received: bulky },
    ],
  },
  {
    program: programs.curl,
    commandLine: 'curl.exe -LO https://github.com/larkfield/lens-control/releases/download/v2.4.1/lens-control.zip',
    talks: [
      { host: 'github.com', sent: small, received: page },
      { host: 'objects.githubusercontent.com', sent: small, received: bulky },
    ],
  },
  {
    program: programs.curl,
    commandLine: 'curl.exe -s https://raw.githubusercontent.com/larkfield/build-tools/main/setup.ps1',
    talks: [{ host: 'raw.githubusercontent.com', sent: small, received: page }],
  },
  {
    program: programs.curl,
    commandLine:
      'curl.exe -sS -T "Messwerte Prüfstand.csv" https://larkfield.sharepoint.com/sites/lab/Shared%20Documents/',
    talks: [{ host: 'larkfield.sharepoint.com', sent: [40_000, 900_000], received: [1_000, 3_000] }],
  },
  {
    program: programs.wget,
    commandLine: 'wget https://downloads.toolchain.example/gcc-arm-none-eabi-13.3.zip',
    talks: [{ host: 'downloads.toolchain.example', sent: small, received: [20_000_000, 140_000_000] }],
  },
  {
    program: programs.pwsh,
    commandLine: '"pwsh.exe" -NoLogo -Command Install-Module PSScriptAnalyzer -Scope CurrentUser',
    talks: [
      { host: 'www.powershellgallery.com', sent: small, received: page },
      { host: 'psg-prod-eastus.azureedge.net', sent: small, received: [300_000, 6_000_000] },
    ],
  },
  {
    program: programs.gh,
    commandLine: 'gh pr create --fill --base main',
    talks: [{ host: 'api.github.com', sent: [3_000, 40_000], received: page }],
  },
];

/** What a build runs of these: packages and releases. */
const builders = commands.slice(2, 6);

/** Pushes, pulls, packages and editors of the developers. */
export const development: Habit = (desk, shift, random) => {
  if (desk.device.role !== 'developer' || !shift.atWork) return;
  for (const at of moments(shift, random, 0.8)) run(desk, random.pick(commands), at, random);
  for (const at of moments(shift, random, 0.5)) {
    desk.connect(
      desk.running(programs.code),
      random.pick(['marketplace.visualstudio.com', 'dc.services.visualstudio.com', 'api.github.com']),
      {
        at,
        lasting: random.size(2, 120) * second,
        sent: random.size(2_000, 70_000),
        received: random.size(3_000, 3_000_000),
      },
    );
  }
  for (const at of moments(shift, random, 0.25)) {
    desk.connect(desk.running(programs.chrome), 'stackoverflow.com', {
      at,
      lasting: random.size(2, 60) * second,
      sent: random.size(2_000, 12_000),
      received: random.size(40_000, 900_000),
    });
  }
  if (desk.device.apps.includes('lfs') && shift.clock === 15 && shift.dayNumber % 3 === 1)
    pushLargeFiles(desk, shift.start + 12 * minute, random);
};

function run(desk: Desk, command: Command, at: Micros, random: Random): void {
  const process = desk.launch(command.program, { at, commandLine: command.commandLine });
  let next = at + random.int(90, 900) * 1_000;
  for (const { host, sent, received } of command.talks) {
    const talk = { sent: random.size(...sent), received: random.size(...received) };
    const lasting = random.int(400, 2_000) * 1_000 + ((talk.sent + talk.received) / 6_000_000) * second;
    desk.connect(process, host, { at: next, lasting, ...talk });
    next += lasting * 0.6;
  }
}

/** 300 MB of test images, pushed as large files: the store is S3, the client is Git's. */
function pushLargeFiles(desk: Desk, at: Micros, random: Random): void {
  const push = desk.launch(programs.gitHttps, {
    at,
    commandLine: 'git-remote-https origin https://github.com/larkfield/test-images.git',
  });
  const store = desk.launch(programs.gitLfs, {
    at: at + second,
    commandLine: 'git-lfs pre-push origin https://github.com/larkfield/test-images.git',
  });
  desk.connect(push, 'github.com', { at: at + second, lasting: 95 * second, sent: 84_000, received: 31_000 });
  for (let part = 0; part < 3; part++) {
    desk.connect(store, 'github-cloud.s3.amazonaws.com', {
      at: at + (3 + part) * second,
      lasting: random.int(70, 88) * second,
      sent: 100_000_000 + random.int(0, 900_000),
      received: random.size(2_000, 9_000),
    });
  }
}

/** The build server: packages in, artefacts and a message to the team's chat out. */
export const builds: Habit = (desk, shift, random) => {
  if (!desk.device.apps.includes('ci') || shift.clock < 6 || shift.clock > 19) return;
  for (const at of moments(shift, random, 0.6)) {
    run(desk, random.pick(builders), at, random);
    const end = at + random.int(120, 400) * second;
    const message = desk.launch(programs.curl, {
      at: end,
      commandLine: `curl.exe -s -X POST -H "Content-type: application/json" --data @build.json https://hooks.slack.com/services/${'T'.repeat(9)}/${'B'.repeat(9)}/${'x'.repeat(24)}`,
    });
    desk.connect(message, 'hooks.slack.com', {
      at: end + 200_000,
      lasting: 600_000,
      sent: random.int(500, 1_900),
      received: 420,
    });
  }
  if (shift.clock === 18) {
    const at = shift.start + random.int(1, 40) * minute;
    const report = desk.launch(programs.python, {
      at,
      commandLine:
        'python C:\\Builds\\tools\\publish_report.py --folder nightly --user svc-build --password Example-Passw0rd',
    });
    desk.connect(report, 'login.microsoftonline.com', {
      at: at + second,
      lasting: 2 * second,
      sent: 2_900,
      received: 8_100,
    });
    desk.connect(report, 'graph.microsoft.com', {
      at: at + 3 * second,
      lasting: random.int(4, 20) * second,
      sent: random.size(6_000_000, 14_000_000),
      received: random.size(5_000, 20_000),
    });
  }
};
