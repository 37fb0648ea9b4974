import { expect, test } from 'vitest';
import { isPlaintextSecret } from '../../src/model/plaintext-secret.ts';

test.each([
  ['GITHUB_TOKEN', 'ghp_fake0fake0fake0fake0fake0'],
  ['API_KEY', 'fake-but-long-enough-9'],
  ['DB_PASSWORD', 'abc'],
  ['DATABASE_URL', 'postgres://ada:fakefake@db.example/x'],
  ['SETTINGS', 'sk-fake0fake0fake0fake0'],
  ['Authorization', 'Bearer fake0fake0fake0'],
  ['apiKey', 'Zm9vYmFyYmF6'],
])('%s=%s is a secret as it stands', (name, value) => {
  expect(isPlaintextSecret(name, value)).toBe(true);
});

test.each([
  ['GITHUB_TOKEN', ''],
  ['GITHUB_TOKEN', '${env:GITHUB_TOKEN}'],
  ['GITHUB_TOKEN', '${GITHUB_TOKEN}'],
  ['GITHUB_TOKEN', '$GITHUB_TOKEN'],
  ['GITHUB_TOKEN', '%GITHUB_TOKEN%'],
  ['GITHUB_TOKEN', '${input:github-token}'],
  ['GITHUB_TOKEN', '{env:GITHUB_TOKEN}'],
  ['GITHUB_TOKEN', '{{GITHUB_TOKEN}}'],
  ['GITHUB_TOKEN', 'op://private/github/token'],
  ['Authorization', 'Bearer ${input:token}'],
  ['GITHUB_TOKEN', '<your token>'],
  ['GITHUB_TOKEN', 'YOUR_TOKEN_HERE'],
  ['GITHUB_TOKEN', 'your-github-token'],
  ['API_KEY', 'ghp_xxxxxxxxxxxx'],
  ['API_KEY', 'sk-...'],
  ['API_KEY', 'changeme'],
  ['TOKEN_LIMIT', '4096'],
  ['AUTH_TYPE', 'oauth-device-flow'],
  ['PRIVATE_KEY_PATH', '/home/ada/.ssh/id'],
  ['AUTH', 'none'],
  ['WEBHOOK_URL', 'https://hooks.example/in'],
  ['LOG_LEVEL', 'debug'],
  ['HOME_FOLDER', '/home/ada'],
])('%s=%s is none', (name, value) => {
  expect(isPlaintextSecret(name, value)).toBe(false);
});
