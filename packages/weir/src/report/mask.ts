/** Names that announce a secret in URLs, JSON, headers, environment variables and options. */
const name =
  '(?:pass(?:wd|word|phrase|code)?|pwd|secret|token|(?:api|access|account|shared|private|auth|encryption|session|signing|client|user|dev)[_-]?key(?:[_-]?id)?|credentials?)';

/** A value in quotes of either kind, escaped or not, or bare up to a blank. */
const argument = String.raw`(?:\\*"(?<double>[^"]+?)(?=\\*"|$)|\\*'(?<single>[^']+?)(?=\\*'|$)|(?<bare>[^\s"']+))`;
/** The same, but a bare one also ends where a URL's parameter does. */
const parameter = argument.replace(`[^\\s"']+))`, String.raw`[^\s"'&;\\]+))`);

/** Where secrets stand. Each pattern ends with the secret, in one of the groups `secret`, `double`, `single`, `bare`;
 *  known shapes come before names. Every repetition that can start anywhere is bounded, so that a long command line
 *  costs linear time. */
const places: readonly RegExp[] = [
  // Private keys, to their end line or the end of the text.
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?<secret>[\s\S]+?)(?=-----END|$)/g,
  // Telegram bot tokens, in a URL or alone.
  /bot\d{1,16}(?::|%3a)(?<secret>[\w-]+)/gi,
  /\d{5,16}(?::|%3a)(?<secret>[\w-]{30,})/gi,
  // Webhooks of Slack, Discord, Teams and Google Chat, whose path is the secret.
  /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[^\s"'<>]+)/gi,
  /discord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks\/\d{1,20}\/(?<secret>[^\s"'<>]+)/gi,
  /webhook\.office(?:365)?\.com\/(?<secret>[^\s"'<>]+)/gi,
  /outlook\.office(?:365)?\.com\/webhook\/(?<secret>[^\s"'<>]+)/gi,
  /chat\.googleapis\.com\/v1\/spaces\/(?<secret>[^\s"'<>]+)/gi,
  // JSON web tokens; GitHub, GitLab, Slack, AWS, Google, OpenAI-style, npm, SendGrid and Tailscale keys.
  /\b(?<secret>eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?)/g,
  /(?<secret>(?:gh[pousr]_|github_pat_|glpat-)[\w-]{16,})/g,
  /(?<secret>xox[abeoprs]-[A-Za-z0-9-]{10,})/g,
  /(?<secret>(?:AKIA|ASIA)[A-Z0-9]{16})/g,
  /(?<secret>AIza[\w-]{35}|sk-[\w-]{20,}|sk_live_\w{16,}|npm_\w{30,}|tskey-[\w-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,})/g,
  // Passwords in URLs.
  /:\/\/[^\s/?#:@"']{0,200}:(?<secret>[^\s/?#"']+)(?=@)/g,
  // Signed URLs (Azure, AWS, Google) and keys in a query string.
  /\b(?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature)(?:=|%3d)(?<secret>[^\s&"'<>;#]+)/gi,
  /(?:[?&]|%3f|%26)(?:key|code|auth|sas)(?:=|%3d)(?<secret>[^\s&"'<>;#]+)/gi,
  // Headers.
  /\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:(?:basic|bearer|token|digest|negotiate|splunk|apikey)\s+)?(?<secret>[^"'\r\n\\]+)/gi,
  /\b(?:bearer|basic)\s+(?<secret>[\w+/=.~-]{12,})/gi,
  /\bcookie\\*["']?\s*:\s*\\*["']?(?<secret>[^"'\r\n\\]+)/gi,
  // user:password options (curl, wget); not a URL.
  /(?:^|\s)(?:-[uU]\s*|--(?:proxy-)?user(?:\s+|=))["']?[^\s:"']{1,200}:(?!\/\/)(?<secret>[^\s"']+)/g,
  // Password options in general, then those of single programs.
  new RegExp(String.raw`(?:^|\s)(?:--?|/)[\w-]{0,40}?${name}(?:\s+|=|:)${argument}`, 'gi'),
  new RegExp(String.raw`(?:^|\s)-(?:p|pw)(?:\s+|=)${argument}`, 'g'),
  new RegExp(
    String.raw`\b(?:mysql\w*|mariadb\w*|sshpass|7z\w{0,2}|(?:win|un)?rar)(?:\.exe)?["']?\s(?:[^\r\n]{0,2000}?\s)??-h?p${argument}`,
    'gi',
  ),
  new RegExp(String.raw`\bzip(?:\.exe)?["']?\s(?:[^\r\n]{0,2000}?\s)??-P\s*${argument}`, 'g'),
  new RegExp(String.raw`\bnet1?(?:\.exe)?["']?\s+use\s+(?:\S{1,3}\s+)?\\\\\S+\s+(?!/)${argument}`, 'gi'),
  new RegExp(String.raw`\b(?:(?:add-)?authtoken|mega-login(?:\.bat)?\s+\S+)\s+${argument}`, 'gi'),
  new RegExp(String.raw`\bConvertTo-SecureString\s+(?:-String\s+)?${argument}`, 'gi'),
  // name=value, "name": "value", Name: value.
  new RegExp(String.raw`${name}(?:\\*["'])?\s*(?:=|:|%3d|%3a)\s*${parameter}`, 'gi'),
];

const cutMark = '***';
const kept = 4;

/** Text with its secrets cut to what recognises them: at most four characters and a quarter of their length stay, then
 *  `***`. Idempotent. Finds secrets by shape and by name: a password that nothing announces is not found. */
export function maskSecrets(text: string): string {
  return places.reduce((masked, place) => masked.replace(place, cutTail), text);
}

/** A match with its tail, the secret, cut. What an earlier pass left is known by its mark and stays. */
function cutTail(...match: unknown[]): string {
  const whole = match[0] as string;
  const [offset, text, groups] = match.slice(-3) as [number, string, Record<string, string | undefined>];
  const tail = groups.secret ?? groups.double ?? groups.single ?? groups.bare ?? '';
  const characters = [...tail];
  const markFollows = text.startsWith(cutMark, offset + whole.length);
  if (markFollows && characters.length <= kept) return whole;
  if (tail.endsWith(cutMark) && characters.length <= kept + cutMark.length) return whole;
  const start = characters.slice(0, Math.min(kept, Math.floor(characters.length / 4))).join('');
  return whole.slice(0, whole.length - tail.length) + start + cutMark;
}
