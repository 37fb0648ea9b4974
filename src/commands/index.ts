import { AdoptCommand } from './adopt.ts';
import { AdvisoriesIgnoreCommand } from './advisories-ignore.ts';
import { AdvisoriesRefreshCommand } from './advisories-refresh.ts';
import { ApproveCommand } from './approve.ts';
import { AuditCommand } from './audit.ts';
import { DiffCommand } from './diff.ts';
import { ExecCommand } from './exec.ts';
import { FeedBuildCommand } from './feed-build.ts';
import { FeedServeCommand } from './feed-serve.ts';
import { FeedVerifyCommand } from './feed-verify.ts';
import { HelpCommand } from './help.ts';
import { InfoCommand } from './info.ts';
import { InspectCommand } from './inspect.ts';
import { InstallCommand } from './install.ts';
import { ListCommand } from './list.ts';
import { LockSignCommand } from './lock-sign.ts';
import { LockVerifyCommand } from './lock-verify.ts';
import { LogCommand } from './log.ts';
import { LoginCommand } from './login.ts';
import { LogoutCommand } from './logout.ts';
import { ManifestChangelogCommand } from './manifest-changelog.ts';
import { ManifestCheckCommand } from './manifest-check.ts';
import { ManifestCreateCommand } from './manifest-create.ts';
import { ManifestSignCommand } from './manifest-sign.ts';
import { ManifestVerifyCommand } from './manifest-verify.ts';
import { OpenCommand } from './open.ts';
import { ReleaseCommand } from './release.ts';
import { RemoveCommand } from './remove.ts';
import { RestoreCommand } from './restore.ts';
import { ReviewCommand } from './review.ts';
import { RevokeCommand } from './revoke.ts';
import { SandboxAllowCommand } from './sandbox-allow.ts';
import { SandboxShowCommand } from './sandbox-show.ts';
import { SecretsListCommand, SecretsSetCommand } from './secrets.ts';
import { SecretsMoveCommand } from './secrets-move.ts';
import { StatusCommand } from './status.ts';
import { StorePruneCommand, StoreVerifyCommand } from './store.ts';
import { DisableCommand, EnableCommand } from './switch.ts';
import { SyncCommand } from './sync.ts';
import { TrustCommand } from './trust.ts';
import { UnblockCommand } from './unblock.ts';
import { UpdateCommand } from './update.ts';
import { VerifyCommand } from './verify.ts';
import { WatchCommand } from './watch.ts';

/** Every command but `run`, which has a bundle of its own. */
export const commands = [
  HelpCommand,
  InfoCommand,
  DiffCommand,
  VerifyCommand,
  InspectCommand,
  InstallCommand,
  ListCommand,
  StatusCommand,
  AuditCommand,
  UpdateCommand,
  ApproveCommand,
  SandboxShowCommand,
  SandboxAllowCommand,
  RemoveCommand,
  LoginCommand,
  LogoutCommand,
  SecretsMoveCommand,
  SecretsListCommand,
  SecretsSetCommand,
  AdoptCommand,
  ReleaseCommand,
  EnableCommand,
  DisableCommand,
  SyncCommand,
  RestoreCommand,
  OpenCommand,
  ExecCommand,
  WatchCommand,
  AdvisoriesRefreshCommand,
  AdvisoriesIgnoreCommand,
  ReviewCommand,
  UnblockCommand,
  TrustCommand,
  LockSignCommand,
  LockVerifyCommand,
  LogCommand,
  StorePruneCommand,
  StoreVerifyCommand,
  RevokeCommand,
  FeedBuildCommand,
  FeedVerifyCommand,
  FeedServeCommand,
  ManifestCreateCommand,
  ManifestCheckCommand,
  ManifestChangelogCommand,
  ManifestSignCommand,
  ManifestVerifyCommand,
] as const;
