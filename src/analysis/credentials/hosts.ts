import { type Vendor, vendors } from '../lookalike/vendor.ts';

/** Below these anybody can have a place, whoever owns the domain itself. */
const tenants =
  /(?:^|\.)(?:vercel\.app|netlify\.app|workers\.dev|pages\.dev|herokuapp\.com|onrender\.com|hf\.space|azurewebsites\.net|azure-api\.net|cloudapp\.azure\.com|azurestaticapps\.net|run\.app|cloudfunctions\.net|appspot\.com|web\.app|firebaseapp\.com|ngrok(?:-free)?\.(?:io|app|dev)|m\.pipedream\.net|supabase\.co|github\.io|gitlab\.io|fly\.dev|up\.railway\.app|deno\.dev|(?:execute-api|elb|compute|lambda-url|elasticbeanstalk)\.[\w.-]*(?:amazonaws\.com|on\.aws)|cloudfront\.net)$/;

/** Documents, schemas and the like: named in texts, never sent anything. */
const documents =
  /^(?:docs?\.|www\.w3\.org$|schemas?\.|json-schema\.org$|(?:www\.)?npmjs\.com$|opensource\.org$|developer\.mozilla\.org$|img\.shields\.io$|modelcontextprotocol\.io$|spec\.modelcontextprotocol\.io$|example\.(?:com|org|net)$|nodejs\.org$|tools\.ietf\.org$|zod\.dev$|reactjs\.org$|fb\.me$|feross\.org$|.*\.example$)/;

/** Whose host this is; null = nobody's of the table, or a place where anybody may stand. */
export function hostOwner(host: string): Vendor | null {
  if (isTenant(host)) return null;
  return vendors.find((vendor) => isOf(host, vendor)) ?? null;
}

/** True when the host is at or below a domain of the vendor: `api.stripe.com.evil.dev` is not. */
export function isOf(host: string, vendor: Vendor): boolean {
  return !isTenant(host) && vendor.domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** True for a place below a domain where anybody can have one. */
export function isTenant(host: string): boolean {
  return tenants.test(host);
}

/** True for this machine: what listens there, and where it passes things on to, is not in the package. */
export function isLocal(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)$/.test(host);
}

/** True for a host that texts name for reading; a key that was followed to one is another matter. */
export function isDocument(host: string): boolean {
  return documents.test(host);
}
