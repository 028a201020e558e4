import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { severities } from '../model/finding.ts';
import { giveMemoryBack } from './allocator.ts';
import { exitCodes, failure } from './failure.ts';
import { makeThreads } from './threads.ts';

// Before a command loads the engine, or reads a file.
giveMemoryBack(process.env);
makeThreads(process.env);

/** An option that may be given several times. */
const collect = (value: string, before: string[] = []) => [...before, value];

const sensors = ['defender', 'zeek', 'suricata', 'sysmon'];

/** A sensor's name, of which several may be given. */
const sensor = (value: string, before?: string[]): string[] => {
  if (!sensors.includes(value)) throw new InvalidArgumentError(`Allowed choices are ${sensors.join(', ')}.`);
  return collect(value, before);
};

const inventoryHelp =
  'a YAML file of what is yours: hosts, sites, sanctioned services, tenants, buckets, repositories, proxies, translators, watchlists; read only where named';

const exceptionsHelp =
  'a YAML file of what not to be told of: conditions over findings, each with owner, reason and end (docs/exceptions.md); what it hides is counted and listed';

const homeHelp = 'in place of logs: the home of a weir serve, as it is at this moment, running or not';

const program = new Command('weir')
  .description('Finds data leaving through web services that the firewall allows, in the logs you already have.')
  .version('0.1.0')
  .showHelpAfterError('(weir --help lists the commands)')
  .exitOverride()
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 findings at or above --fail-on or something to mend (lint), 2 bad usage or nothing readable, 3 a bug in Weir,
130 stopped by Ctrl-C. Nothing is readable where no input gave a row and records were rejected or files
skipped; it is bad usage where no rule could run. One rule of several that cannot run leaves the code and
makes the result not complete.
stdout is data, stderr is progress and messages. Colours follow the terminal and NO_COLOR.

Start here: weir scan ./logs`,
  );

program
  .command('scan')
  .description('read logs, join processes with bytes and names, and report what left')
  .argument('[path...]', 'files, folders or globs; - is standard input')
  .option('--home <folder>', homeHelp)
  .option(
    '--rule <path>',
    "a rule file (Sentinel YAML or bare .kql) or folder, in place of Weir's own; repeatable",
    collect,
  )
  .option(
    '--as-of <time>',
    "one run of each rule at this moment, over the hours before it that the rule looks back; default: a replay over the data's own time",
  )
  .addOption(
    new Option('--format <format>', 'how findings are printed')
      .choices(['table', 'json', 'ndjson', 'csv', 'ocsf'])
      .default('table'),
  )
  .option('--inventory <file>', inventoryHelp)
  .option('--exceptions <file>', exceptionsHelp)
  .option('--report <file>', 'also write a self-contained HTML report')
  .option('--rejects <file>', 'write every record that could not be read, one JSON object a line')
  .addOption(new Option('--fail-on <severity>', 'exit 1 if a finding is at least this severe').choices([...severities]))
  .addHelpText(
    'after',
    `
Examples:
  weir scan ./logs
  weir scan ./logs --report findings.html --format json > findings.json
  zcat conn.log.gz | weir scan - ./defender-export.csv`,
  )
  .action(async (paths: string[], options) => {
    const { runScan } = await import('./scan.ts');
    await runScan(paths, options);
  });

program
  .command('explain')
  .description('say what a rule watches, or ask the logs the questions that decide a finding')
  .argument(
    '[what]',
    "a rule (its folder's name, name, id or file), or a finding's id as weir scan tells it; default: a list",
  )
  .argument('[log...]', 'of a finding: the logs that the scan read')
  .option('--from <file>', 'take the finding from what weir scan --format json wrote, and scan nothing anew')
  .option('--rule <path>', "a rule file or folder, in place of Weir's own, as the scan had it; repeatable", collect)
  .option('--inventory <file>', inventoryHelp)
  .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
  .addHelpText(
    'after',
    `
The beginning of a finding's id is enough. With logs each question is answered from them; with --from alone the queries
are printed with the finding's values in them. docs/explain.md walks through one finding, and explains guide.yaml.

Examples:
  weir explain
  weir explain large-upload
  weir explain 409fb770 ./logs
  weir explain 409fb770 --from findings.json`,
  )
  .action(async (what: string | undefined, logs: string[], options) => {
    const { runExplain } = await import('./explain.ts');
    process.exitCode = await runExplain(what, logs, options);
  });

program
  .command('hunt')
  .description('ask the logs what would be too noisy as an alert')
  .argument('[name]', 'a hunt, or the file of one; default: a list')
  .argument('[log...]', 'logs: files, folders or globs; - is standard input')
  .option('--inventory <file>', inventoryHelp)
  .addOption(
    new Option('--format <format>', 'how rows are printed')
      .choices(['table', 'json', 'ndjson', 'csv'])
      .default('table'),
  )
  .addHelpText(
    'after',
    `
Examples:
  weir hunt
  weir hunt beacons
  weir hunt beacons ./logs
  weir hunt buckets ./logs --inventory inventory.yaml --format csv > buckets.csv`,
  )
  .action(async (name: string | undefined, logs: string[], options) => {
    const { runHunt } = await import('./hunt.ts');
    process.exitCode = await runHunt(name, logs, options);
  });

program
  .command('query')
  .description('ask the logs in KQL')
  .argument('[kql]', 'the query')
  .option('-f, --file <file>', 'take the query from a file; - is standard input')
  .option('--data <path>', 'logs to ask: a file, a folder or a glob; - is standard input; repeatable', collect)
  .option('--home <folder>', homeHelp)
  .option('--inventory <file>', inventoryHelp)
  .option('--now <time>', 'the moment that now() and ago() count from (default: the present)')
  .addOption(
    new Option('--format <format>', 'how rows are printed')
      .choices(['table', 'json', 'ndjson', 'csv'])
      .default('table'),
  )
  .addOption(
    new Option('--explain <what>', 'print the plan or the SQL instead of rows').choices([
      'plan',
      'duckdb',
      'clickhouse',
    ]),
  )
  .addHelpText(
    'after',
    `
Examples:
  weir query 'print 1'
  weir query --data ./logs 'DeviceNetworkEvents | summarize sum(BytesSent) by Service'
  weir query --data ./logs --now 2026-03-13 -f hunt.kql --format csv

Tables: DeviceNetworkEvents (connections with process, bytes and name, joined), DeviceProcessEvents, DeviceFileEvents,
DnsEvents, NetworkFlows (what sensors, proxies and firewalls counted, before joining), EgressDaily (what left each day),
Inventory (of --inventory).
'DeviceNetworkEvents | take 1' shows the columns. Give --now for old logs: ago() counts from it.`,
  )
  .action(async (kql: string | undefined, options) => {
    const { runQuery } = await import('./query.ts');
    process.exitCode = await runQuery(kql, options);
  });

program
  .command('lint')
  .description('say what is wrong with detections before they ship')
  .argument('<file...>', "KQL files, rules in Sentinel's YAML, folders of them; - is a query from standard input")
  .addOption(
    new Option(
      '--schema <product>',
      'where they are to run; default: Weir where a rule has a weir section or names its columns, else Sentinel for its rules and TimeGenerated, else Defender',
    ).choices(['defender', 'sentinel', 'weir']),
  )
  .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
  .addHelpText(
    'after',
    `
Exit code 1 where there is an error or a warning; information alone leaves it at 0. docs/lint.md explains every code.

Examples:
  weir lint hunt.kql --schema defender
  weir lint ./rules --format json
  cat hunt.kql | weir lint -`,
  )
  .action(async (paths: string[], options) => {
    const { runLint } = await import('./lint.ts');
    process.exitCode = await runLint(paths, options);
  });

program
  .command('simulate')
  .description(
    'write the logs that an exfiltration would leave, to test detections with; no program runs, no service is contacted',
  )
  .argument('[name...]', 'scenarios')
  .addOption(
    new Option('--as <sensor>', `whose logs: ${sensors.join(', ')}; repeatable; default: defender and zeek`).argParser(
      sensor,
    ),
  )
  .option('--out <folder>', 'write files into this new folder')
  .option('--to <url>', 'post the records as NDJSON to an intake, as /ingest/NAME of weir serve')
  .option('--token-file <file>', 'with --to: the token that lets logs in, in a file; default: WEIR_TOKEN')
  .option('--start <time>', 'when it begins; default: 2026-03-10T08:00Z, with --to such that it ended just now')
  .option(
    '--seed <number>',
    'draws sizes, spacing, names and hosts; the same seed gives the same bytes; 0: as written',
    '0',
  )
  .option('--set <name=value>', 'a parameter of a scenario; repeatable', collect)
  .option('--list', 'list the scenarios and what they stand for; with names: all about them')
  .addOption(new Option('--format <format>', 'how the list is printed').choices(['table', 'json']).default('table'))
  .addHelpText(
    'after',
    `
Programs, command lines, hosts and accounts are invented; secrets in them are placeholders.

Examples:
  weir simulate --list
  weir simulate --list rclone-mega-throttled
  weir simulate telegram-bot-archive --out ./drill && weir scan ./drill
  weir simulate rclone-mega-throttled --as defender --as zeek --seed 7 --set total=20GB --out ./drill
  weir simulate telegram-bot-archive --to http://127.0.0.1:8765/ingest/drill --token-file ./token`,
  )
  .action(async (names: string[], options) => {
    const { runSimulate } = await import('./simulate.ts');
    process.exitCode = await runSimulate(names, options);
  });

program
  .command('backtest')
  .description('play a rule over logs as it would have run, and count what it would have told')
  .argument('<rule>', 'a rule file (Sentinel YAML or bare .kql), or a folder of them')
  .option('--data <path>', 'logs: a file, a folder or a glob; - is standard input; repeatable', collect)
  .option('--since <time>', "the first run to look at; default: the first of the data's own time")
  .option('--until <time>', "the last run to look at; default: the last of the data's own time")
  .option('--as-known', 'each run sees only the rows that had arrived by its tick; default: the rows as they are now')
  .option(
    '--delay <duration>',
    'from a tick to its run; with --as-known, from the time of a row to its arrival where that is not recorded: 0, 90s, 5m',
    '5m',
  )
  .option('--exceptions <file>', exceptionsHelp)
  .option(
    '--verdicts <file>',
    'a YAML or JSON file of what people found out about findings: an exception that would hide a confirmed one is refused',
  )
  .option(
    '--against <rule>',
    'another version of the rule: what it found that this one does not, and the other way round',
  )
  .option('--inventory <file>', inventoryHelp)
  .addOption(new Option('--format <format>', 'how it is printed').choices(['table', 'json', 'html']).default('table'))
  .option('--report <file>', 'also write a self-contained HTML report')
  .addHelpText(
    'after',
    `
Exit code 1 where an exception was refused. docs/backtest.md tells how each figure is counted, and the JSON.

Examples:
  weir backtest ./rules/large-upload/rule.yaml --data ./logs
  weir backtest ./rules --data ./logs --since 2026-02-01 --report noise.html
  weir backtest new.yaml --against old.yaml --data ./logs
  weir backtest ./rules --data ./logs --exceptions exceptions.yaml --verdicts verdicts.yaml`,
  )
  .action(async (rule: string, options) => {
    const { runBacktest } = await import('./backtest.ts');
    await runBacktest(rule, options);
  });

program
  .command('tune')
  .description('propose narrow exceptions for habits, with what each would hide; writes nothing unless asked')
  .argument('<path...>', 'logs: files, folders or globs; - is standard input')
  .option('--rule <path>', "a rule file or folder, in place of Weir's own; repeatable", collect)
  .option('--inventory <file>', inventoryHelp)
  .option(
    '--verdicts <file>',
    'what people found out about findings: nothing is proposed that would hide a confirmed one',
  )
  .option('--write <file>', 'write what is proposed as a file of exceptions')
  .addHelpText(
    'after',
    `
A habit is seen on three days or three devices, to one host, in steady amounts. Nothing is proposed that would hide a renamed
program, one in an odd folder, a transfer tool or a rare one. docs/tuning.md tells how, and of the profiles in content/profiles.

Examples:
  weir tune ./logs
  weir tune ./logs --verdicts verdicts.yaml --write exceptions.yaml`,
  )
  .action(async (paths: string[], options) => {
    const { runTune } = await import('./tune.ts');
    process.exitCode = await runTune(paths, options);
  });

program
  .command('test')
  .description('run the tests that stand beside rules')
  .argument('[path...]', "rule files, files of tests, folders of them; default: Weir's own rules")
  .option('--filter <name>', "only tests whose name, or whose rule's name, has this in it")
  .option('--watch', 'stay, and run what changes again; Ctrl-C ends it')
  .addOption(
    new Option('--format <format>', 'how it is printed; junit and github are for continuous integration')
      .choices(['text', 'junit', 'github', 'json'])
      .default('text'),
  )
  .addOption(
    new Option('--engine <engine>', 'clickhouse: DuckDB, and ClickHouse must give the same result rows')
      .choices(['duckdb', 'clickhouse'])
      .default('duckdb'),
  )
  .addHelpText(
    'after',
    `
Exit code 1 where a test fails, or a stable rule has no test that fires or none that stays quiet; 2 where something
could not be tested at all. docs/rule-tests.md explains the files.

Examples:
  weir test
  weir test ./rules --watch
  weir test ./rules/upload.yaml --filter 'stays quiet'
  weir test ./rules --format junit > tests.xml
  weir test ./rules --engine clickhouse`,
  )
  .action(async (paths: string[], options) => {
    const { runTest } = await import('./test.ts');
    process.exitCode = await runTest(paths, options);
  });

program
  .command('serve')
  .description('take logs in as they come, run rules over them, and raise alerts; until it is told to end')
  .option('--home <folder>', 'where everything is kept (default: WEIR_HOME, else the folder where programs keep data)')
  .option(
    '--listen <host:port>',
    'where it listens; the config says it otherwise, and 127.0.0.1:8765 where that does not',
  )
  .option('--watch <path>', 'a file, a folder or a glob that is followed as it grows; repeatable', collect)
  .option('--demo', 'with the logs of an invented company, as if it were at work now; keeps nothing')
  .addHelpText(
    'after',
    `
weir.yaml in the home says everything else; docs/config.md lists its keys. Beyond this machine it listens only with TLS, or
where plainHttp says so. weir query and weir scan read the home with --home, also while it runs.

Examples:
  weir serve --demo
  weir serve
  weir serve --home ./home --watch ./zeek/current`,
  )
  .action(async (options) => {
    const { runServe } = await import('./serve.ts');
    process.exitCode = await runServe(options);
  });

program
  .command('export')
  .description('write rules as other products take them')
  .argument('<rule...>', 'rule files or folders of them; one rule for sentinel and defender')
  .addOption(
    new Option(
      '--to <product>',
      "Sentinel's YAML or ARM template, Defender's custom detection, ATT&CK Navigator's layer",
    )
      .choices(['sentinel', 'sentinel-arm', 'defender', 'navigator'])
      .makeOptionMandatory(),
  )
  .addHelpText(
    'after',
    `
Columns of Weir's are made of those that are there (AccountName of InitiatingProcessAccountName, RemoteHost of RemoteUrl). A
rule that decides by what is not there, as by bytes, is refused with its place and exit code 2; what else is not carried
over (score, quiet time, key) is said on stderr and in the description.

Examples:
  weir export rules/uploads/rule.yaml --to sentinel > uploads.yaml
  weir export rules/uploads/rule.yaml --to defender > uploads.json
  weir export rules --to navigator > layer.json`,
  )
  .action(async (paths: string[], options) => {
    const { runExport } = await import('./export.ts');
    process.exitCode = await runExport(paths, options);
  });

program
  .command('sources')
  .description('list the log formats that Weir reads, and what each gives')
  .argument('[name]', 'all about one format, or those with this word in their title')
  .addOption(new Option('--format <format>', 'how the list is printed').choices(['table', 'json']).default('table'))
  .addHelpText('after', '\nExamples:\n  weir sources\n  weir sources squid')
  .action(async (name: string | undefined, options) => {
    const { runSources } = await import('./sources.ts');
    process.exitCode = await runSources(name, options);
  });

const home = () =>
  new Option('--home <folder>', "the service's home; default: WEIR_HOME, else weir where data is kept");

const lake = program.command('lake').description("the service's rows: check, accept a loss, back up, restore");

lake
  .command('check')
  .description('verify every file, row count, replaced row and journal entry, also while the service runs')
  .addOption(home())
  .addHelpText(
    'after',
    '\nExit code 1 where something is wrong.\n\nExamples:\n  weir lake check\n  weir lake check --home ./home',
  )
  .action(async (options) => {
    const { runLakeCheck } = await import('./lake.ts');
    process.exitCode = await runLakeCheck(options);
  });

lake
  .command('accept')
  .description(
    'accept that the rows of lost segments, or lost bytes of the journal, are gone: the service is well again, and the trail keeps why',
  )
  .argument('<file...>', 'as weir lake check names them')
  .requiredOption('--reason <text>', 'why they need not come back')
  .addOption(home())
  .addHelpText(
    'after',
    "\nA file that is put back is seen again at the next start, and only until its loss is accepted.\n\nExample:\n  weir lake accept NetworkFlows-000000012.parquet --reason 'a disk failed, no backup of that hour'",
  )
  .action(async (files: string[], options) => {
    const { runLakeAccept } = await import('./lake.ts');
    process.exitCode = await runLakeAccept(files, options);
  });

lake
  .command('backup')
  .description('copy the home so that a service can go on from the copy, also while the service runs')
  .argument('<folder>', 'where to: not there yet, or empty')
  .addOption(home())
  .addHelpText(
    'after',
    '\nFiles of rows never change: on the same file system they are linked and take no room.\n\nExamples:\n  weir lake backup /backup/weir-monday\n  weir lake backup ./copy --home ./home',
  )
  .action(async (folder: string, options) => {
    const { runLakeBackup } = await import('./lake.ts');
    process.exitCode = await runLakeBackup(folder, options);
  });

lake
  .command('restore')
  .description('make a home of a backup, and check it')
  .argument('<folder>', 'what weir lake backup wrote')
  .addOption(home())
  .addHelpText(
    'after',
    '\nThe home must not be there yet.\n\nExamples:\n  weir lake restore /backup/weir-monday --home ./home',
  )
  .action(async (folder: string, options) => {
    const { runLakeRestore } = await import('./lake.ts');
    process.exitCode = await runLakeRestore(folder, options);
  });

program
  .command('config')
  .description("the service's settings")
  .command('check')
  .description('say what is wrong with weir.yaml, with line and column; docs/config.md lists its keys')
  .argument('[file]', "default: weir.yaml in the service's home")
  .addOption(home())
  .addHelpText('after', '\nExamples:\n  weir config check\n  weir config check ./weir.yaml')
  .action(async (file: string | undefined, options) => {
    const { checkConfig } = await import('./config.ts');
    process.exitCode = await checkConfig(file, options);
  });

const user = program
  .command('user')
  .description("accounts of a service's home: who can write to it needs no other proof");

user
  .command('add')
  .description('make an account; its password is asked for, or taken from standard input')
  .argument('<name>', '1 to 64 of a-z, 0-9, dot, dash, underscore, + and @')
  .addOption(
    new Option('--role <role>', 'what it may do').choices(['viewer', 'analyst', 'admin']).makeOptionMandatory(),
  )
  .addOption(home())
  .addHelpText(
    'after',
    '\nExamples:\n  weir user add ada --role admin\n  weir user add ci --role viewer < password.txt',
  )
  .action(async (name: string, options) => {
    const { addUser } = await import('./user.ts');
    process.exitCode = await addUser(name, options);
  });

user
  .command('password')
  .description('give an account a new password; its sessions end')
  .argument('<name>', 'whose')
  .addOption(home())
  .addHelpText('after', '\nExample:\n  weir user password ada')
  .action(async (name: string, options) => {
    const { changePassword } = await import('./user.ts');
    process.exitCode = await changePassword(name, options);
  });

user
  .command('list')
  .description('list the accounts')
  .addOption(home())
  .addHelpText('after', '\nExample:\n  weir user list')
  .action(async (options) => {
    const { listUsers } = await import('./user.ts');
    process.exitCode = await listUsers(options);
  });

const token = program
  .command('token')
  .description('what programs show to a service: shippers that send logs, scripts that read alerts');

const scopeChoices = ['ingest', 'read', 'write', 'admin'];

token
  .command('add')
  .description('make a token and print it, this once')
  .argument('<name>', 'what it is for')
  .addOption(
    new Option('--scope <scope>', `what it may do: ${scopeChoices.join(', ')}; repeatable`)
      .argParser((value: string, before?: string[]) => {
        if (!scopeChoices.includes(value))
          throw new InvalidArgumentError(`Allowed choices are ${scopeChoices.join(', ')}.`);
        return collect(value, before);
      })
      .makeOptionMandatory(),
  )
  .option('--expires <time>', 'when it ends; default: when it is revoked')
  .addOption(home())
  .addHelpText(
    'after',
    '\nExamples:\n  weir token add filebeat --scope ingest\n  weir token add dashboard --scope read --expires 2027-01-01 > token',
  )
  .action(async (name: string, options) => {
    const { addToken } = await import('./token.ts');
    process.exitCode = await addToken(name, options);
  });

token
  .command('list')
  .description('list the tokens')
  .addOption(home())
  .addHelpText('after', '\nExample:\n  weir token list')
  .action(async (options) => {
    const { listTokens } = await import('./token.ts');
    process.exitCode = await listTokens(options);
  });

token
  .command('revoke')
  .description('end a token')
  .argument('<name>', 'which')
  .addOption(home())
  .addHelpText('after', '\nExample:\n  weir token revoke filebeat')
  .action(async (name: string, options) => {
    const { revokeToken } = await import('./token.ts');
    process.exitCode = await revokeToken(name, options);
  });

/** Runs a command line, without the program's name, and leaves its exit code in `process.exitCode`. */
export async function weir(args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    else process.exitCode = failure(error);
  }
}
