import { describe, expect, it } from 'vitest';
import { linted } from './examples.fixture.ts';
import type { Example } from './rule.ts';

const hour = 36_000_000_000n;
const net = 'DeviceNetworkEvents | where Timestamp > ago(1h) and DeviceId == "d1"';
const proc = 'DeviceProcessEvents | where Timestamp > ago(1h) and DeviceId == "d1"';
const sentinel = (kql: string, rest: Partial<Example> = {}): Example => ({ kql, product: 'sentinel', ...rest });

function codes(example: Example): readonly string[] {
  return linted(example).map(({ code }) => code);
}

describe('finds', () => {
  it.each<[string, string, Example]>([
    [
      'WL101',
      'a column that no page of the table lists',
      { kql: 'DeviceRegistryEvents | where Timestamp > ago(1h) | where tostring(AdditionalFields) has "x"' },
    ],
    [
      'WL305',
      'the same asked of another column',
      { kql: `${proc} | where AccountName =~ "a" and ProcessCommandLine has ".webp" or FolderPath has ".webp"` },
    ],
    ...(
      [
        ['a datatable', 'let H = datatable(h: string) ["a.drophere.com", "b.drophere.com", "c.drophere.con"];', '(H)'],
        [
          'a column of one',
          'let H = datatable(h: string) ["a.drophere.com", "b.drophere.com", "c.drophere.con"];',
          '((H | project h))',
        ],
        [
          'a set made of one',
          'let H = toscalar(datatable(h: string) ["a.drophere.com", "b.drophere.com", "c.drophere.con"] | summarize make_set(h));',
          '(H)',
        ],
        ['a text taken apart', 'let H = split("a.drophere.com,b.drophere.com,c.drophere.con", ",");', '(H)'],
        [
          'texts joined',
          'let D = ".drophere.con";',
          '("a.drophere.com", "b.drophere.com", "d.drophere.com", strcat("c", D))',
        ],
      ] as const
    ).map(([what, declared, list]): [string, string, Example] => [
      'WL901',
      what,
      { kql: `${declared} ${net} | where RemoteUrl in~ ${list}` },
    ]),
    [
      'WL901',
      'the host of a URL, where a scheme never matches',
      { kql: `${net} | extend Host = tostring(parse_url(RemoteUrl).Host) | where Host =~ "https://drophere.com"` },
    ],
    [
      'WL304',
      'an arm inside of another',
      { kql: `${net} | extend k = iff(RemotePort < 100, "a", iff(RemotePort < 50, "b", "c"))` },
    ],
    ...(['now() - TimeGenerated < 30m', "TimeGenerated > datetime_add('minute', -30, now())"] as const).map(
      (filter): [string, string, Example] => [
        'WL402',
        filter,
        sentinel(`DeviceProcessEvents | where ${filter} | where SHA1 == "0f"`, {
          facts: { frequency: hour, period: hour },
        }),
      ],
    ),
    [
      'WL405',
      'days',
      {
        kql: 'DeviceProcessEvents | where Timestamp > ago(1d) | summarize n = count() by DeviceId, startofday(Timestamp) | where n > 5',
      },
    ],
    ['WL602', 'a profile of the cloud', { kql: `${proc} | invoke FileProfile(SHA1, 1000)` }],
    [
      'WL602',
      'external data in a test',
      { kql: `${net} | where RemoteIP in ((externaldata (ip: string) ["https://lists.example/ips"]))` },
    ],
    [
      'WL701',
      'a series',
      sentinel(
        'CommonSecurityLog | where TimeGenerated > ago(1h) | make-series Uploaded = sum(ReceivedBytes) on TimeGenerated step 1h by SourceIP',
      ),
    ],
    [
      'WL701',
      'a name in parentheses',
      sentinel('CommonSecurityLog | where TimeGenerated > ago(1h) | extend (Uploaded) = ReceivedBytes'),
    ],
    [
      'WL701',
      'a sum of what came in, in a rule about uploads',
      sentinel('CommonSecurityLog | summarize s = sum(ReceivedBytes) by SourceIP | where s > 5000000', {
        facts: { exfiltration: true },
      }),
    ],
    [
      'WL403',
      'a baseline whose own rows alert',
      sentinel(
        'DeviceProcessEvents | where TimeGenerated > ago(1d) | join kind=leftanti (DeviceProcessEvents | where TimeGenerated > ago(1h)) on SHA1',
        { facts: { frequency: hour, period: 24n * hour } },
      ),
    ],
    [
      'WL403',
      'one branch of two',
      sentinel(
        'union (DeviceProcessEvents | where TimeGenerated > ago(1h)), (DeviceFileEvents | where TimeGenerated > ago(1d))',
        { facts: { frequency: hour, period: 24n * hour } },
      ),
    ],
    [
      'WL101',
      'a name that an operator has dropped',
      { kql: `${net} | project DeviceId, Timestamp, ReportId | where RemotePort == 1` },
    ],
    [
      'WL101',
      'a column of a join side',
      { kql: `${net} | join kind=inner (DeviceFileEvents | where Timestamp > ago(1h)) on DevicId` },
    ],
    [
      'WL101',
      'an aggregate that is not there',
      { kql: `${net} | summarize sum(RemotePort) by DeviceId | sort by sum_LocalPort` },
    ],
    ['WL102', 'a table whose columns are not known', { kql: 'DeviceLogonEvents | where TimeGenerated > ago(1h)' }],
    ['WL104', 'two sources of a union', { kql: `union (${net} | extend Port = 1), (${net} | extend Port = "1")` }],
    [
      'WL201',
      'a fragment of a host of the service, with nothing else in the query',
      { kql: `${net} | where RemoteUrl has "chatter"` },
    ],
    [
      'WL201',
      'lists that should agree',
      {
        kql: `let A = dynamic(["boxes-app.com"]); let B = dynamic(["box"]); ${net} | where RemoteUrl has_any (B) or RemoteUrl in~ (A)`,
      },
    ],
    [
      'WL205',
      'capitals in a list after tolower',
      { kql: `${proc} | extend n = tolower(FileName) | where n in ("curl.exe", "Wget.exe")` },
    ],
    ['WL206', 'a star in a host', { kql: `${net} | where RemoteUrl in~ ("*.drophere.com")` }],
    ['WL301', 'two values of one column', { kql: `${net} | where RemotePort == 80 and RemotePort == 443` }],
    ['WL301', 'a range without values', { kql: `${net} | where RemotePort > 500 and RemotePort < 100` }],
    [
      'WL301',
      'a range and a value, over lines',
      { kql: `${net} | where RemotePort between (1 .. 1024) | extend a = 1 | where RemotePort in (8080, 8443)` },
    ],
    ['WL301', 'empty and a value', { kql: `${net} | where isempty(RemoteUrl) | where RemoteUrl =~ "a.example"` }],
    [
      'WL301',
      'a let that is bounded and used',
      { kql: `let A = ${net} | where RemotePort == 80; A | where RemotePort == 443` },
    ],
    ['WL301', 'inside of an or', { kql: `${net} | where (RemotePort == 80 and RemotePort == 81) or LocalPort == 5` }],
    ['WL302', 'the same line twice', { kql: `${net} | where RemotePort == 9001 | where RemotePort == 9001` }],
    [
      'WL302',
      'a looser time',
      { kql: `DeviceNetworkEvents | where Timestamp > ago(7d) | where Timestamp > ago(1h) and DeviceId == "d"` },
    ],
    [
      'WL302',
      'a list in a list',
      { kql: `${net} | where RemotePort in (80, 443) | where RemotePort in (80, 443, 8080)` },
    ],
    ['WL303', 'two exclusions', { kql: `${net} | where RemotePort != 80 or RemotePort != 443` }],
    ['WL303', 'a negated call', { kql: `${net} | where not(RemotePort == 80) or not(RemotePort == 443)` }],
    ['WL303', 'empty or not', { kql: `${net} | where isempty(RemoteUrl) or isnotempty(RemoteUrl)` }],
    [
      'WL304',
      'the same condition twice',
      { kql: `${net} | extend k = case(RemotePort == 80, "a", RemotePort == 80, "b", "c")` },
    ],
    [
      'WL304',
      'an arm that a filter rules out',
      { kql: `${net} | where RemotePort in (80, 443) | extend k = iff(RemotePort == 22, "a", "b")` },
    ],
    ['WL304', 'an arm after true', { kql: `${net} | extend k = case(true, "a", RemotePort == 80, "b", "c")` }],
    [
      'WL305',
      'a chain',
      {
        kql: `${proc} | where AccountName =~ "a" and ProcessCommandLine has "x1" or ProcessCommandLine has "x2" or ProcessCommandLine has "x3"`,
      },
    ],
    [
      'WL402',
      'a look-back beyond the period',
      sentinel('DeviceProcessEvents | where TimeGenerated > ago(7d) | where SHA1 == "0f"', {
        facts: { frequency: hour, period: hour },
      }),
    ],
    [
      'WL402',
      'a period within the frequency',
      sentinel('DeviceProcessEvents | where SHA1 == "0f"', { facts: { frequency: 2n * hour, period: hour } }),
    ],
    [
      'WL405',
      'a look-back of one bucket and a half',
      {
        kql: 'DeviceProcessEvents | where Timestamp > ago(90m) | summarize n = count() by DeviceId, bin(Timestamp, 1h)',
      },
    ],
    [
      'WL501',
      'the time itself',
      { kql: `${net} | summarize n = count(), ReportId = max(ReportId) by DeviceId, Timestamp | where n > 5` },
    ],
    [
      'WL502',
      'an exclusion by not',
      { kql: `${net} | where RemotePort == 1 and not(InitiatingProcessFileName =~ "onedrive.exe")` },
    ],
    ['WL502', 'a program of a process event', { kql: `${proc} | where FileName =~ "curl.exe"` }],
    ['WL503', 'capitals in a list of hosts', { kql: `${net} | where RemoteUrl in ("Drophere.com")` }],
    ['WL504', 'ten without a dot', { kql: `${net} | where not(RemoteIP startswith "10")` }],
    ['WL505', 'compared with false', { kql: `${net} | where ipv4_is_private(RemoteIP) == false` }],
    [
      'WL508',
      'lookups as the endpoint reports them',
      { kql: 'DeviceEvents | where Timestamp > ago(1h) | where ActionType == "DnsQueryResponse"' },
    ],
    ['WL601', 'a projection', { kql: `${net} | project-away ReportId` }],
    [
      'WL602',
      'external data',
      { kql: `let L = externaldata (Ip: string) ["https://lists.example/ips"]; ${net} | where RemoteIP in (L)` },
    ],
    [
      'WL701',
      'a name that says download',
      sentinel('CommonSecurityLog | where TimeGenerated > ago(1h) | extend Downloaded = SentBytes'),
    ],
    [
      'WL701',
      'a rule about uploads that tests what came in',
      sentinel('CommonSecurityLog | where TimeGenerated > ago(1h) | where ReceivedBytes > 5000000', {
        facts: { exfiltration: true },
      }),
    ],
    [
      'WL702',
      'a mistyped mebibyte',
      sentinel('CommonSecurityLog | where TimeGenerated > ago(1h) | where SentBytes > 1048567'),
    ],
    ['WL801', 'a host', { kql: `${proc} | where ProcessCommandLine contains "drophere.com"` }],
    ['WL804', 'a search', { kql: 'search "x" | where Timestamp > ago(1h)' }],
    ['WL804', 'a union of all', { kql: 'union * | where Timestamp > ago(1h)' }],
    ['WL901', 'a slash at the end of a suffix', { kql: `${net} | where RemoteUrl endswith ".drophere.com/"` }],
    [
      'WL901',
      'a port',
      { kql: `${net} | where RemoteUrl in~ ("a.example.com", "b.example.com", "c.example.com:443", "d.example.com")` },
    ],
    [
      'WL901',
      'a scheme in a list',
      {
        kql: `${net} | where RemoteUrl has_any ("https://a.example.com", "b.example.com", "c.example.com", "d.example.com")`,
      },
    ],
    ['WL901', 'a blank', { kql: `${net} | where RemoteUrl =~ "drophere.com "` }],
    ['WL902', 'another spelling', { kql: `${net} | where RemoteUrl in~ ("drophere.com", "DropHere.com")` }],
  ])('%s: %s', (code, _, example) => {
    expect(codes(example)).toContain(code);
  });
});

describe('lets pass', () => {
  it.each<[string, string, Example]>([
    [
      'WL101',
      'a column that one page of the table lists',
      { kql: 'DeviceImageLoadEvents | where Timestamp > ago(1h) | where InitiatingProcessIntegrityLevel == "Low"' },
    ],
    [
      'WL302',
      'texts that differ by a blank',
      { kql: `${proc} | where not(ProcessCommandLine contains "ab") | where not(ProcessCommandLine contains "a b")` },
    ],
    ['WL401', 'a query whose time the page sets', { kql: 'DeviceProcessEvents | where SHA1 == "0f"' }],
    ...(
      [
        [
          'rows of now that a baseline does not have',
          'DeviceProcessEvents | where TimeGenerated > ago(1h) | join kind=leftanti (DeviceProcessEvents | where TimeGenerated between (ago(1d) .. ago(1h))) on SHA1',
        ],
        [
          'a baseline that rows of now are taken from',
          'DeviceProcessEvents | where TimeGenerated between (ago(1d) .. ago(1h)) | join kind=rightanti (DeviceProcessEvents | where TimeGenerated > ago(1h)) on SHA1',
        ],
        [
          'groups that began now',
          'union DeviceProcessEvents, DeviceFileEvents | summarize First = min(TimeGenerated) by SHA1 | where First > ago(1h)',
        ],
        [
          'a let that is bounded where it is used',
          'let P = DeviceProcessEvents | where TimeGenerated > ago(1d); P | where TimeGenerated > ago(1h)',
        ],
        [
          'a bound behind a union, in a let',
          'let U = union DeviceProcessEvents, DeviceFileEvents | where TimeGenerated > ago(1h); U | where SHA1 == "0f"',
        ],
        [
          'a function with bounds of its own',
          '_Im_NetworkSession(starttime=ago(2h), endtime=ago(1h)) | where DstPortNumber == 1',
        ],
      ] as const
    ).map(([what, kql]): [string, string, Example] => [
      'WL403',
      what,
      sentinel(kql, { facts: { frequency: hour, period: 24n * hour } }),
    ]),
    [
      'WL501',
      'the steps of a series',
      sentinel(
        'CommonSecurityLog | where TimeGenerated > ago(1d) | make-series n = count() on TimeGenerated step 1h by DeviceVendor | mv-expand n to typeof(long), TimeGenerated to typeof(datetime) | summarize m = max(n) by TimeGenerated, DeviceVendor | where m > 9',
      ),
    ],
    [
      'WL602',
      'what cannot be saved anyhow, which one line tells',
      { kql: `${net} | project-away ReportId | union (${net} | project-away ReportId)` },
    ],
    [
      'WL101',
      'columns of a table that is not known',
      sentinel('SigninLogs | where TimeGenerated > ago(1h) | where Whatever == 1'),
    ],
    [
      'WL101',
      "a newer column that the other flavour's page lists",
      { kql: `${proc} | where ProcessUniqueId == "1" or InitiatingProcessUniqueId == "1"` },
    ],
    [
      'WL101',
      'names that parse and mv-expand make',
      { kql: `${proc} | parse ProcessCommandLine with * "-u " User " " * | where User == "x"` },
    ],
    [
      'WL101',
      'what a let function is given',
      { kql: `let f = (t: (DeviceId: string)) { t | where DeviceId == "x" }; ${net} | invoke f()` },
    ],
    ['WL201', 'a word beside another', { kql: `${proc} | where ProcessCommandLine has_any ("enc", "encodedcommand")` }],
    [
      'WL201',
      'a needle whose long form is listed',
      { kql: `${net} | where RemoteUrl has_any ("chatter", "chatterapp")` },
    ],
    [
      'WL202',
      'a suffix beside its bare name',
      { kql: `${net} | where RemoteUrl endswith ".drophere.com" or RemoteUrl == "drophere.com"` },
    ],
    ['WL202', 'a public suffix, which is no host', { kql: `${net} | where RemoteUrl endswith ".blob.example.com"` }],
    [
      'WL301',
      'a value of an array',
      { kql: `${net} | mv-expand t = pack_array("a", "b") to typeof(string) | where t == "a"` },
    ],
    [
      'WL301',
      'a name that is defined anew',
      { kql: `${net} | where RemotePort == 80 | extend RemotePort = LocalPort | where RemotePort == 443` },
    ],
    [
      'WL301',
      'groups',
      {
        kql: `${net} | where RemotePort == 80 | summarize RemotePort = max(LocalPort) by DeviceId | where RemotePort == 443`,
      },
    ],
    [
      'WL302',
      'an or whose sides both live',
      { kql: `${net} | where RemotePort == 80 or LocalPort == 5 | where RemotePort < 100` },
    ],
    ['WL302', 'a test for emptiness', { kql: `${net} | where isnotempty(RemoteUrl) | where RemoteUrl =~ "a.example"` }],
    ['WL303', 'two exclusions that both count', { kql: `${net} | where RemotePort != 80 and RemotePort != 443` }],
    [
      'WL304',
      'arms that overlap',
      { kql: `${net} | extend k = case(RemotePort < 100, "a", RemotePort < 200, "b", "c")` },
    ],
    [
      'WL305',
      'parentheses',
      { kql: `${proc} | where (AccountName =~ "a" and ProcessCommandLine has "x1") or ProcessCommandLine has "x2"` },
    ],
    [
      'WL401',
      'a rule whose schedule says',
      sentinel('DeviceProcessEvents | where SHA1 == "0f"', { facts: { frequency: hour, period: hour } }),
    ],
    [
      'WL401',
      'a let that is bounded where it is used',
      { kql: 'let P = DeviceProcessEvents | where SHA1 == "0f"; P | where Timestamp > ago(1h)' },
    ],
    ['WL401', 'tables of what there is', { kql: 'DeviceTvmSoftwareVulnerabilities | where CveId == "CVE-2026-0001"' }],
    [
      'WL403',
      'grouped incidents',
      sentinel('DeviceProcessEvents | where SHA1 == "0f"', {
        facts: { frequency: hour, period: 24n * hour, deduplicated: true },
      }),
    ],
    [
      'WL405',
      'a report by the week',
      {
        kql: 'DeviceProcessEvents | where Timestamp > ago(30d) | summarize n = count() by DeviceId, startofweek(Timestamp)',
      },
    ],
    [
      'WL405',
      'a look-back that begins at a bucket',
      {
        kql: 'DeviceProcessEvents | where Timestamp > bin(ago(1h), 1h) | summarize n = count() by DeviceId, bin(Timestamp, 1h) | where n > 5',
      },
    ],
    [
      'WL501',
      'command lines as evidence',
      { kql: `${net} | summarize n = count(), make_set(InitiatingProcessCommandLine) by DeviceId | where n > 5` },
    ],
    [
      'WL502',
      'a name with its folder',
      {
        kql: `${net} | where InitiatingProcessFileName =~ "a.exe" and InitiatingProcessFolderPath startswith @"c:\\program files"`,
      },
    ],
    ['WL503', 'lower case on both sides', { kql: `${proc} | where tolower(FileName) == "curl.exe"` }],
    [
      'WL503',
      'hosts on Weir, which are in lower case',
      { kql: 'DeviceNetworkEvents | where EvidenceTime > ago(1h) | where RemoteHost == "a.example"', product: 'weir' },
    ],
    [
      'WL505',
      'a null that is caught',
      { kql: `${net} | where not(ipv4_is_private(RemoteIP)) or isnull(ipv4_is_private(RemoteIP))` },
    ],
    ['WL601', 'a query that keeps everything', { kql: net }],
    [
      'WL701',
      'both directions under their names',
      sentinel(
        'CommonSecurityLog | where TimeGenerated > ago(1h) | summarize Sent = sum(SentBytes), Received = sum(ReceivedBytes), SentShare = sum(SentBytes) / sum(ReceivedBytes) by SourceIP',
      ),
    ],
    [
      'WL702',
      'decimal units throughout',
      sentinel('CommonSecurityLog | where TimeGenerated > ago(1h) | where SentBytes > 5 * 1000 * 1000'),
    ],
    [
      'WL803',
      'both sides bounded',
      { kql: `${net} | join kind=inner (DeviceFileEvents | where Timestamp > ago(1h)) on DeviceId` },
    ],
    [
      'WL806',
      'a sort that a window needs',
      { kql: `${net} | sort by Timestamp asc | extend before = prev(RemotePort) | where before == 80` },
    ],
    [
      'WL901',
      'addresses, names at home, and a path in a column of URLs',
      { kql: `${net} | where RemoteUrl in~ ("192.0.2.1", "files.corp", "drophere.com/upload/")` },
    ],
  ])('%s: %s', (code, _, example) => {
    expect(codes(example)).not.toContain(code);
  });
});

describe('comes to an end', { timeout: 120_000 }, () => {
  const many = (count: number, line: (index: number) => string, joiner: string) =>
    Array.from({ length: count }, (_, index) => line(index)).join(joiner);

  it.each([
    ['a let of itself', `let a = a; ${net} | where RemotePort == a`],
    ['a chain of or', `${net} | where ${many(300, (index) => `RemotePort == ${index}`, ' or ')}`],
    [
      'unions that double',
      `${many(12, (index) => `let a${index} = union ${index === 0 ? 'DeviceFileEvents, DeviceEvents' : `a${index - 1}, a${index - 1}`};`, '\n')} a11`,
    ],
    [
      'lists that double',
      `${many(12, (index) => `let a${index} = array_concat(${index === 0 ? 'dynamic(["x"]), dynamic(["y"])' : `a${index - 1}, a${index - 1}`});`, '\n')} ${net} | where RemoteUrl in (a11)`,
    ],
    ['nesting', `${net} | where ${'not('.repeat(300)}RemotePort == 1${')'.repeat(300)}`],
  ])('%s', (_, kql) => {
    expect(linted({ kql })).toBeInstanceOf(Array);
  });
});

describe('says', () => {
  it('how often at most the rows of a query alert, by its own time filter', () => {
    const [found] = linted(
      sentinel('DeviceProcessEvents | where TimeGenerated > ago(2h)', {
        facts: { frequency: hour, period: 24n * hour },
      }),
    );
    expect(found?.message).toBe(
      'each run looks back 2 hours and a run comes every 1 hour: the same event alerts up to 2 times',
    );
  });

  it('in one line what keeps a query from being saved and from running continuously', () => {
    const found = linted({ kql: `${net} | project-away ReportId | union (${net} | project-away ReportId)` });
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      [
        'WL601',
        'the result has no `ReportId`: the query cannot be saved as a Defender custom detection, nor could it run continuously (union)',
      ],
    ]);
  });

  it('the column of the query in a fix', () => {
    const [found] = linted(
      sentinel('CommonSecurityLog | where TimeGenerated > ago(1h) | where RequestURL has "drophere.com"'),
    );
    expect(found?.fix).toContain('parse_url(RequestURL)');
  });

  it('what the nearest name is', () => {
    const [found] = linted({ kql: 'DeviceNetworkEvents | where Timestamp > ago(1h) | where AccountName =~ "x"' });
    expect(found?.fix).toMatch(/^Write `InitiatingProcessAccountName`/);
  });

  it('where in the text, line by line', () => {
    const [found] = linted({ kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where FolderPth == ""\r\n' });
    expect(found).toMatchObject({ code: 'WL101', line: 3, column: 9, start: 56, length: 9 });
  });

  it("what is no KQL, and Microsoft's own words for what does not bind", () => {
    expect(linted({ kql: 'DeviceNetworkEvents | where' })).toMatchObject([
      { severity: 'error', code: expect.stringMatching(/^KS/) },
    ]);
    expect(linted({ kql: `${net} | where RemotePort has "1"` }).map(({ code }) => code)).toContain('KS106');
  });

  it('nothing of the query more than once at one place', () => {
    const found = linted({ kql: `let A = ${net} | where RemotePort == 80 and RemotePort == 443; union A, A` });
    expect(found.filter(({ code }) => code === 'WL301')).toHaveLength(1);
  });
});
