import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from './mask.ts';

/** How secrets are planted in logs; `§` is the secret. */
const plantings: readonly (readonly [string, fc.Arbitrary<string>])[] = (() => {
  const of = (alphabet: string, min: number, max = min) =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const token = of(`${letters}_-`, 35);
  const password = of(`${letters}!$%^*()_+.,~{}[]`, 8, 24).filter((p) => !p.startsWith('-') && !p.startsWith('/'));
  const plain = of(letters, 12, 40);
  return [
    ['https://api.telegram.org/bot7712345678:§/sendDocument', token],
    ['curl https://api.telegram.org/bot123456789:§/sendMessage -F chat_id=1', token],
    ['token 7123456789:§ in clear', token],
    ['azcopy copy x "https://acme.blob.core.windows.net/c?sv=2024&se=2026-01-01&sig=§&sp=rw"', of(`${letters}%`, 44)],
    ['https://b.s3.amazonaws.com/k?X-Amz-Signature=§&X-Amz-Date=1', of('0123456789abcdef', 64)],
    ['https://alice:§@mega.nz/dav', password.map((p) => p.replaceAll(/[?#/]/g, 'x'))],
    ['curl -u alice:§ https://x.example', password],
    ['curl -ualice:§ https://x.example', password],
    ['curl --user "alice:§" https://x.example', password],
    ['mysqldump -h db -p§ crm', password],
    ['7z a -hp§ out.7z C:\\Shares', password],
    ['rar.exe a -r -p§ out.rar C:\\Shares', password],
    ['psexec \\\\srv -u CORP\\svc -p § cmd.exe', password],
    ['plink.exe -pw § root@198.51.100.7', password],
    ['zip -r -P § out.zip docs', password],
    ['net use \\\\203.0.113.9\\share § /user:bob', password],
    ['rclone copy X: mega: --mega-pass § --transfers 7', password],
    ['tool --password=§ --verbose', password],
    ['tool --password "§" --verbose', password],
    ["tool /password:'§'", password],
    ['ngrok config add-authtoken §', plain],
    ['ConvertTo-SecureString -String "§" -AsPlainText -Force', password],
    ['curl -H "Authorization: Bearer §" https://x.example', plain],
    ['curl -H "Authorization: Basic §" https://x.example', plain],
    ['Authorization: AWS4-HMAC-SHA256 Credential=§', plain],
    ['{"password":"§","user":"alice"}', password],
    ['cmd /c "{\\"client_secret\\":\\"§\\"}"', plain],
    ['DB_PASSWORD=§ node app.js', password],
    ['https://x.example/?api_key=§&page=2', plain],
    ['https://x.example/?q=1&key=§', plain],
    ['X-Api-Key: §', plain],
    ["irm https://paste.example -Body @{api_dev_key='§';api_paste_code=$t}", plain],
    ['Cookie: sid=§; theme=dark', plain],
    ['https://hooks.slack.com/services/T000/B000/§', plain],
    ['https://discord.com/api/webhooks/112233445566/§', token],
    ['https://acme.webhook.office.com/webhookb2/aa@bb/IncomingWebhook/§', plain],
    ['git clone https://§@github.com/acme/x', plain.map((p) => `ghp_${p.padEnd(36, 'x')}`)],
    ['git push (§)', token.map((p) => `github_pat_${p}`)],
    ['slack §', plain.map((p) => `xoxb-${p}`)],
    ['aws §', of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((p) => `AKIA${p}`)],
    ['AWS_SECRET_ACCESS_KEY=§', of(`${letters}/+`, 40)],
    ['jwt §', fc.tuple(plain, plain, plain).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`)],
    ['-----BEGIN RSA PRIVATE KEY-----\n§\n-----END RSA PRIVATE KEY-----', of(`${letters}/+`, 200)],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n§', of(`${letters}/+`, 200)],
  ];
})();

const planted = fc.constantFrom(...plantings).chain(([frame, secrets]) => secrets.map((secret) => ({ frame, secret })));

describe('maskSecrets', () => {
  it('cuts a planted secret, whatever stands around it', () => {
    fc.assert(
      fc.property(planted, fc.lorem({ maxCount: 5 }), fc.lorem({ maxCount: 5 }), ({ frame, secret }, before, after) => {
        const text = `${before} ${frame.replace('§', () => secret)} ${after}`;
        const shown = maskSecrets(text);
        expect(shown).not.toContain(secret);
        // What stays of it is no longer than four characters. The mark is told apart from a secret that holds `*`.
        expect(shown.replaceAll('***', '§')).not.toContain(secret.slice(0, 5));
      }),
      { numRuns: 1000 },
    );
  });

  it('a second time changes nothing', () => {
    const pieces = fc.oneof(
      planted.map(({ frame, secret }) => frame.replace('§', () => secret)),
      fc.string(),
      fc.constantFrom(' ', '"', "'", '&', '***', 'password=', '-p ', ':', '@', '://', 'token: '),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
        const once = maskSecrets(parts.join(''));
        expect(maskSecrets(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps what recognises a secret and everything around it', () => {
    expect(maskSecrets('https://api.telegram.org/bot7712345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendDocument')).toBe(
      'https://api.telegram.org/bot7712345678:AAHd***/sendDocument',
    );
    expect(maskSecrets('rclone copy \\\\SRV\\Shares mega:D --mega-pass hunter22 --transfers 7')).toBe(
      'rclone copy \\\\SRV\\Shares mega:D --mega-pass hu*** --transfers 7',
    );
  });

  it.each([
    'rclone.exe copy --max-age 2y "\\\\SERVER\\Shares" Mega:DATA -q --transfers 7',
    'chrome.exe --type=utility --field-trial-handle=1718 --lang=en',
    'powershell -ExecutionPolicy Bypass -File C:\\tools\\backup.ps1',
    'https://drive.google.com/drive/folders/1a2b3c?usp=sharing',
    'ffuf -u https://www.example.com/FUZZ',
    '2026-11-24T03:05:00Z connection to 203.0.113.7:443',
  ])('leaves %j alone', (text) => expect(maskSecrets(text)).toBe(text));

  it('takes time in proportion to the text', () => {
    const long = `powershell -enc ${'QWxpY2UgYW5kIEJvYg'.repeat(4000)} ${'a-'.repeat(20_000)} ${'7z '.repeat(5_000)}`;
    const start = performance.now();
    maskSecrets(long);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
