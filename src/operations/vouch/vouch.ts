import type { Host } from '../../host/host.ts';
import { reasonOf } from '../../model/errors.ts';
import type { Vouched } from '../../model/vouched.ts';
import { advisoriesVoucher } from './advisories.ts';
import { npmVouchers } from './npm.ts';
import { registryVoucher } from './official-registry.ts';
import { pypiVoucher } from './pypi.ts';
import { githubRepository, securityHolder } from './registry-signals.ts';
import type { Voucher, VouchSubject } from './voucher.ts';

/** Everybody who is asked, in the order of the card. */
export const vouchers: readonly Voucher[] = [
  ...npmVouchers(),
  pypiVoucher,
  registryVoucher,
  advisoriesVoucher,
  securityHolder,
  githubRepository,
];

/**
 * Who stands behind an artifact, of everybody who may know. They are asked at the same time, and none of them can hold up
 * or end the others: one that cannot be asked is `unavailable`, and policy says what that means.
 *
 * @throws GuardError `interrupted` alone
 */
export async function vouch(subject: VouchSubject, host: Host, asked: readonly Voucher[] = vouchers): Promise<Vouched> {
  const answers = await Promise.all(asked.filter((one) => one.appliesTo(subject)).map((one) => answerOf(one, subject, host)));
  const predecessor = answers.find((answer) => answer.predecessor !== undefined)?.predecessor;
  return {
    evidence: answers.flatMap(({ evidence }) => evidence),
    builder: answers.find(({ builder }) => builder !== null)?.builder ?? null,
    ...(predecessor === undefined ? {} : { predecessor }),
    findings: answers.flatMap(({ findings }) => findings),
  };
}

async function answerOf(voucher: Voucher, subject: VouchSubject, host: Host): Promise<Vouched> {
  try {
    return await voucher.vouch(subject, host);
  } catch (cause) {
    const detail = reasonOf(cause);
    return { evidence: [{ source: voucher.id, outcome: 'unavailable', detail }], builder: null, findings: [] };
  }
}
