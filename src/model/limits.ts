/**
 * Every bound of the program, in one place, with the unit in the name. Over a bound is a refusal with a reason,
 * never a truncation that is passed on as whole.
 */
export const limits = {
  /** One JSON-RPC line, either direction. Playwright screenshots reach about 10 MB as base64; 64 MiB is generous. */
  frameMaxBytes: 64 * 1024 * 1024,
  /** Nesting depth of any JSON that is parsed rather than skimmed. The deepest benign schema measured was 19. */
  jsonMaxDepth: 200,
  /** Pages of one list; the official v2 SDK stops at 64. */
  listMaxPages: 64,
  /** Items of one list over all its pages. The largest server measured has 24 to 500 tools. */
  listMaxItems: 5_000,
  /** Bytes of one whole list over all its pages. */
  listMaxBytes: 16 * 1024 * 1024,
  /** Requests that wait for an answer, per direction. */
  pendingMaxRequests: 4_096,
  /** Code points of one text that is shown to a person before it is capped (the cap is shown). */
  printableMaxLength: 400,
  /** A client's config file. `~/.claude.json` of heavy users reaches several MB. */
  configMaxBytes: 32 * 1024 * 1024,
  lockMaxBytes: 64 * 1024 * 1024,
  policyMaxBytes: 4 * 1024 * 1024,
  /** One npm tarball as downloaded. */
  tarballMaxBytes: 512 * 1024 * 1024,
  /** One package unpacked, and the ratio to its download: guarddog's limits (reference/guards.md §3.10). */
  unpackedMaxBytes: 2 * 1024 * 1024 * 1024,
  unpackedMaxRatio: 100,
  unpackedMaxFiles: 100_000,
  closureMaxPackages: 5_000,
  packumentMaxBytes: 128 * 1024 * 1024,
  /** One source file that the analysis parses; larger files are "cannot tell". */
  sourceMaxBytes: 16 * 1024 * 1024,
  /** The whole probe of one identity and era: start, every list, stop. */
  probeTimeoutMs: 20_000,
  /** The answer to one request of the probe. */
  probeRequestTimeoutMs: 10_000,
  probeMaxBytes: 32 * 1024 * 1024,
  registryTimeoutMs: 60_000,
  /** Between asking a server to stop and killing it. */
  stopGraceMs: 2_000,
  lockWaitMs: 20_000,
} as const;
