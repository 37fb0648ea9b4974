import { repositoryState } from '../../advisories/github.ts';
import { finding } from '../../model/finding.ts';
import type { Resolution, Voucher } from './voucher.ts';

/** A package that npm took away: its name is held by an empty version. @see https://docs.npmjs.com/policies/security-placeholders */
export const securityHolder: Voucher = {
  id: 'npm-security-holder',
  appliesTo: ({ resolution }) => resolution.ecosystem === 'npm',
  async vouch({ artifact, closure, resolution }) {
    const isHeld = repositoryOf(resolution) === 'github.com/npm/security-holder';
    const own = isHeld ? [{ name: artifact.name, version: artifact.version }] : [];
    const held = (closure?.packages ?? []).filter(({ version }) => /^0\.0\.1-security(\.\d+)?$/.test(version));
    const all = new Map([...own, ...held].map((pkg) => [`${pkg.name}@${pkg.version}`, pkg]));
    const findings = [...all].map(([subject, { name, version }]) => finding('package-security-holder', subject, { name, version }));
    return { evidence: [], builder: null, findings };
  },
};

/** The repository that a package names, at GitHub: archived, or gone. It only tells; nothing is judged by it. */
export const githubRepository: Voucher = {
  id: 'github-repository',
  appliesTo: ({ resolution }) => repositoryOf(resolution).startsWith('github.com/'),
  async vouch({ artifact, resolution }, host) {
    const repository = repositoryOf(resolution);
    const found = await repositoryState(repository.slice('github.com/'.length), host);
    const source = 'github-repository';
    switch (found.state) {
      case 'unknown':
        return {
          evidence: [{ source, outcome: 'unavailable', detail: `whether ${repository} is still there could not be asked: ${found.why}` }],
          builder: null,
          findings: [],
        };
      case 'gone':
        return {
          evidence: [{ source, outcome: 'absent', detail: `${repository}, which the package names, is not there, or is private` }],
          builder: null,
          findings: [finding('repository-gone', artifact.name, { repository })],
        };
      case 'here': {
        const moved = `github.com/${found.fullName}`.toLowerCase() === repository ? '' : `, and is ${found.fullName} now`;
        return {
          evidence: [{ source, outcome: 'verified', detail: `${repository} is ${found.archived ? 'archived' : 'there'}${moved}` }],
          builder: null,
          findings: found.archived ? [finding('repository-archived', artifact.name, { repository })] : [],
        };
      }
    }
  },
};

/** `github.com/owner/name`, as its publisher claims; empty = none is named. */
function repositoryOf(resolution: Resolution): string {
  return resolution.ecosystem === 'npm' ? (resolution.npm?.packument.publisher.repository ?? '') : '';
}
