import { expect, test } from 'vitest';
import { neutral, sameLengthName } from '../../scripts/examples/neutral.mjs';

test('an example names neither the home nor the registry that it was made with', () => {
  const printed = 'https://registry.loom.example serves it\n/tmp/1a2b/.local/share/pinfold\nfrom registry.loom.example\n';
  expect(neutral(printed, { home: '/tmp/1a2b', as: '/home/ada', registry: 'https://registry.loom.example/' })).toBe(
    'https://<the registry> serves it\n/home/ada/.local/share/pinfold\nfrom <the registry>\n',
  );
});

test('the throw-away home is as long as the one that is shown, or nothing is written', () => {
  expect(sameLengthName('/home/ada', ['/private/var/folders', '/tmp'])).toMatch(/^\/tmp\/[0-9a-f]{4}$/);
  expect(() => sameLengthName('/home/ada', ['/var/tmp'])).toThrow('short enough');
  expect(() => neutral('', { home: '/tmp/longer', as: '/home/ada', registry: 'https://loom.example' })).toThrow('another length');
});
