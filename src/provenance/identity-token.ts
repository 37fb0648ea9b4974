import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';

const answerSchema = z.object({
  value: z
    .string()
    .min(1)
    .max(64 * 1024),
});

/**
 * An identity token for Sigstore, from what runs this job: GitHub Actions hands one out to workflows with
 * `permissions: id-token: write`; GitLab and others put one into `SIGSTORE_ID_TOKEN`. A secret.
 *
 * @throws GuardError `signing-unavailable` with what to do when nobody hands one out, and those of the network
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export async function identityToken({ env, http }: Host): Promise<string> {
  const given = env['SIGSTORE_ID_TOKEN'];
  if (given !== undefined && given !== '') return given;
  const [url, bearer] = [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']];
  if (url === undefined || bearer === undefined || !URL.canParse(url)) {
    throw new GuardError('signing-unavailable', 'nobody here says who you are', {
      why: 'signing without a key needs an identity token of a CI job',
      hint: 'in GitHub Actions add `permissions: id-token: write`; elsewhere: pinfold manifest sign --key FILE',
    });
  }
  const asked = new URL(url);
  asked.searchParams.set('audience', 'sigstore');
  const answer = await http.get(asked.href, {
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
    maxBytes: limits.remoteMetadataMaxBytes,
    timeoutMs: limits.evidenceTimeoutMs,
  });
  const parsed = answer.status === 200 ? answerSchema.safeParse(jsonOf(answer.body)) : null;
  if (parsed?.success === true) return parsed.data.value;
  throw new GuardError('signing-unavailable', 'the CI job got no identity token', {
    why: `its provider answered ${answer.status}`,
    hint: 'in GitHub Actions add `permissions: id-token: write` to the job',
  });
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
