import { finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** The server was not seen running: not asked for, no sandbox, or it did not answer. */
export const probe: Check = {
  codes: ['probe-missing', 'probe-failed'],
  run({ artifact, probed, probeAbsence }) {
    if (probed !== null) return [];
    const subject = `${artifact.name}@${artifact.version}`;
    if (probeAbsence?.why === 'failed') return [finding('probe-failed', subject, { detail: probeAbsence.detail })];
    return [finding('probe-missing', subject, { why: probeAbsence?.why ?? 'not-asked', detail: probeAbsence?.detail ?? '' })];
  },
};
