import { type Vendor, vendors } from '../lookalike/vendor.ts';

const secretWord = /(?:^|_)(?:API_?)?(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|PAT|DSN|COOKIE|BEARER|AUTH)(?:_|$)|APIKEY/i;
/** Words that say that the value is about a key, or is none. */
const aboutKey = /(?:_|^)(?:PATH|FILE|DIR|URL|HOST|NAME|TTL|LIMIT|MAX|MIN|COUNT|LENGTH|TYPE|MODE|ENABLED|EXPIRY|ALGORITHM|PREFIX|HEADER)$/i;

/** What `isSecretName` goes by: a part of the rules that made the facts of a file. */
export const secretNameRules = { secretWord, aboutKey, secrets: vendors.flatMap(({ secrets }) => secrets) };

/** True when a variable of this name holds something that is to be kept secret, as far as a name can say that. */
export function isSecretName(name: string): boolean {
  if (name === '*') return true;
  return (secretWord.test(name) && !aboutKey.test(name)) || vendors.some(({ secrets }) => secrets.includes(name));
}

/** True when a variable of this name says where a server is. */
export function isAddressName(name: string): boolean {
  return /(?:URL|URI|HOST|HOSTNAME|ENDPOINT|ORIGIN|DOMAIN|BASE|SERVER|INSTANCE|SUBDOMAIN|REGION|ADDR)(?:_|$)/i.test(name);
}

/** Whose key a variable of this name holds; the longest beginning of the table counts. null = nobody's of the table. */
export function brandOfVariable(name: string): Vendor | null {
  let best: { readonly vendor: Vendor; readonly length: number } | null = null;
  for (const vendor of vendors) {
    for (const secret of vendor.secrets) {
      const fits = secret.endsWith('_') ? name.toUpperCase().startsWith(secret) : name === secret;
      if (fits && secret.length > (best?.length ?? 0)) best = { vendor, length: secret.length };
    }
  }
  return best?.vendor ?? null;
}
