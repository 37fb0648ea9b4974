/**
 * Every bound of the program, in one place, with the unit in the name. Over a bound is a refusal with a reason,
 * never a truncation that is passed on as whole.
 */
export const limits = {
  /** One JSON-RPC line, either direction. Playwright screenshots reach about 10 MB as base64; 64 MiB is generous. */
  frameMaxBytes: 64 * 1024 * 1024,
  /** Nesting depth of any JSON that is parsed rather than skimmed. The deepest benign schema measured was 19. */
  jsonMaxDepth: 200,
  /** Values of one message, where it has to be parsed and not only skimmed: a second and about 50 MB at the most. */
  messageMaxValues: 500_000,
  /** An id of a request or of a question, and the name of a method, in units: both are remembered. */
  idMaxLength: 1_024,
  /** A URI that is read, in units: it is matched against templates, and remembered while its answer is waited for. */
  uriMaxLength: 65_536,
  /** Pages of one list; the official v2 SDK stops at 64. */
  listMaxPages: 64,
  /** Items of one list over all its pages. The largest server measured has 24 to 500 tools. */
  listMaxItems: 5_000,
  /** Bytes of one whole list over all its pages. */
  listMaxBytes: 16 * 1024 * 1024,
  /** Pages of lists that go on, as they are remembered, names and all: the longest list of each kind, and what is left of others. */
  runsMaxBytes: 128 * 1024 * 1024,
  /** Hidden characters of one message that are made visible; a binary file of 1 MB, read as text, has about 300,000. */
  hiddenMaxCharacters: 1_000_000,
  /** `ui://` pages of one server whose content is bound. */
  uiMaxPages: 500,
  /** Requests that wait for an answer, per direction. */
  pendingMaxRequests: 4_096,
  /** Code points of one text that is shown to a person before it is capped (the cap is shown). */
  printableMaxLength: 400,
  /** A client's config file. `~/.claude.json` of heavy users reaches several MB. */
  configMaxBytes: 32 * 1024 * 1024,
  /** Names that are looked at, and files that are found, for one pattern of a client: plugin caches, profiles, agents. */
  patternMaxNames: 100_000,
  patternMaxFiles: 2_000,
  /** One file that an application unpacked, like a plugin's: there may be many, and they are somebody else's. */
  unpackedConfigMaxBytes: 256 * 1024,
  /** Accepted entries that `watch` remembers; the oldest go first. */
  acceptedMaxEntries: 20_000,
  acceptedMaxBytes: 8 * 1024 * 1024,
  /** Between two looks at everything, whatever was told; and at folders that tell nothing. */
  watchSweepMs: 60_000,
  watchPollMs: 750,
  /** Clients write a file in several steps; together they are one change. */
  watchSettleMs: 60,
  /** Folders that are watched; the rest is polled. */
  watchMaxFolders: 2_000,
  lockMaxBytes: 64 * 1024 * 1024,
  policyMaxBytes: 4 * 1024 * 1024,
  /** One npm tarball as downloaded. */
  tarballMaxBytes: 512 * 1024 * 1024,
  /** One package unpacked, and the ratio to its download: guarddog's limits (reference/guards.md §3.10). */
  unpackedMaxBytes: 2 * 1024 * 1024 * 1024,
  unpackedMaxRatio: 100,
  /** Below this many unpacked bytes the ratio is not asked: many small files of a tar compress very well. */
  unpackedFreeBytes: 16 * 1024 * 1024,
  /** One path inside an archive; longer ones cannot be written on every file system. */
  archivePathMaxBytes: 1_024,
  unpackedMaxFiles: 100_000,
  closureMaxPackages: 5_000,
  /** One source of evidence, all its requests together; and one answer of it. */
  evidenceTimeoutMs: 10_000,
  evidenceMaxBytes: 8 * 1024 * 1024,
  /** Sources of advisories. Packages of one question (the service's own bound), pages of an answer, records that are read for one closure. */
  osvMaxQueries: 1_000,
  osvMaxPages: 20,
  osvMaxRecords: 400,
  osvMaxAtOnce: 8,
  /** One record: a package that was malicious in every version lists thousands. */
  advisoryMaxBytes: 2 * 1024 * 1024,
  advisoryMaxPackages: 5_000,
  advisoryMaxVersions: 20_000,
  advisoryMaxEvents: 5_000,
  /** Asking about everything that is pinned. */
  refreshTimeoutMs: 30_000,
  refreshEveryMs: 6 * 60 * 60 * 1000,
  /** What is kept of answers, and how long an answer counts as fresh. */
  advisoryCacheMaxBytes: 64 * 1024 * 1024,
  advisoryCacheMaxPackages: 50_000,
  advisoryFreshMs: 24 * 60 * 60 * 1000,
  /** What is kept of the MCP registry's answers, and of one: hundreds of versions have 100 kB. Names that one refresh asks about, and of one pin: an honest one has one. */
  listingsMaxBytes: 16 * 1024 * 1024,
  listingMaxBytes: 256 * 1024,
  listingsMaxNames: 1_000,
  listingsMaxAsked: 200,
  listingsMaxOfPin: 4,
  /** A server's own list of what stops it: a few lines. */
  hitsMaxBytes: 1024 * 1024,
  hitsMaxPerServer: 200,
  /** A feed as it is served, and the records in it. */
  feedMaxBytes: 16 * 1024 * 1024,
  feedMaxRecords: 20_000,
  feedServeIdleMs: 24 * 60 * 60 * 1000,
  /** A database that is imported: the archive, what is in it, and one file of what is made of it. */
  osvArchiveMaxBytes: 1024 * 1024 * 1024,
  osvArchiveMaxEntries: 2_000_000,
  osvArchiveMaxUnpackedBytes: 16 * 1024 * 1024 * 1024,
  osvShardMaxBytes: 64 * 1024 * 1024,
  overridesMaxBytes: 256 * 1024,
  /** How long a person may let an advisory pass. */
  overrideMaxMs: 366 * 24 * 60 * 60 * 1000,
  /** One answer that is kept, and how many are: npm's have about 12 kB. */
  evidenceKeptMaxBytes: 512 * 1024,
  evidenceMaxFiles: 4_000,
  /** One file of the update framework, and the whole refresh. */
  trustMetadataMaxBytes: 1024 * 1024,
  trustRefreshTimeoutMs: 30_000,
  /** New roots of trust in one refresh; Sigstore has made one or two a year. */
  trustMaxRotations: 64,
  /** A `mcp-manifest.json`: 5,000 tools have about 400 kB. Members of one list of it, and characters of one text. */
  declaredMaxBytes: 1024 * 1024,
  declaredMaxItems: 5_000,
  declaredMaxLength: 4_096,
  /** The files of a package under development, without what is installed below it. */
  folderMaxBytes: 512 * 1024 * 1024,
  /** Signature files beside one lock: a team, not a crowd. Each may have `evidenceMaxBytes`. */
  lockMaxSignatures: 32,
  /** Signers that one policy may name. */
  lockMaxSigners: 100,
  /** A key file; a signature that is not a bundle is shorter. */
  keyMaxBytes: 64 * 1024,
  packumentMaxBytes: 128 * 1024 * 1024,
  /** One source file that the analysis parses; larger files are "cannot tell". */
  sourceMaxBytes: 16 * 1024 * 1024,
  /** One file in a worker, and one task over a whole package; a file of 10 MB takes about five seconds. */
  sourceMaxMs: 30_000,
  taskMaxMs: 60_000,
  /** All files of one closure together; what is left then is "cannot tell". */
  analysisMaxMs: 240_000,
  /** What a worker says about one file or package; more is "cannot tell". */
  analysisAnswerMaxLength: 4 * 1024 * 1024,
  /** Heap of one worker. Beside it the parser needs about 150 bytes for each byte of the file that it reads. */
  workerHeapMaxMegabytes: 1_024,
  /** Workers at once; more gain little: a closure is discovered file by file. */
  workersMax: 4,
  /** Bytes of sources that wait in memory for somebody to ask; what is beyond is unpacked again when it is asked for. */
  waitingSourcesMaxBytes: 48 * 1024 * 1024,
  /** Everything that is kept of earlier analyses, one package of it, and how long an unused one stays. */
  analysisCacheMaxBytes: 256 * 1024 * 1024,
  analysisRecordMaxBytes: 32 * 1024 * 1024,
  analysisCacheMaxAgeMs: 90 * 24 * 60 * 60 * 1000,
  /** One Python file; the largest of the standard library has 230 kB, generated ones of cloud SDKs a few MB. */
  pythonMaxBytes: 8 * 1024 * 1024,
  /** All Python files of one package, which are read beside each other; what is beyond, in the order of their paths, is "cannot tell". */
  pythonPackageMaxBytes: 64 * 1024 * 1024,
  /** Strings of one server that the text rules read, units of all and of one of them; more is a signal of its own. The largest honest list measured has 82 KB. */
  signalMaxFields: 50_000,
  signalMaxTotalChars: 1_000_000,
  signalMaxChars: 64_000,
  /** Fields of one item that are read in a row. */
  signalMaxJoinedFields: 200,
  /** Units of one text that is long. The longest honest tool descriptions measured have about 12,000. */
  signalLongChars: 16_000,
  /** A file that `inspect` reads. */
  inspectMaxBytes: 64 * 1024 * 1024,
  inspectMaxItems: 50_000,
  /** The whole probe of one identity and era: start, every list, stop. */
  probeTimeoutMs: 20_000,
  /** The answer to one request of the probe. */
  probeRequestTimeoutMs: 10_000,
  /** Everything that one probed server writes to stdout and stderr. */
  probeMaxBytes: 32 * 1024 * 1024,
  /** How long a server may take to say that it does not know `server/discover`; some never say it. */
  probeDiscoverTimeoutMs: 5_000,
  /** Between the first list and the one that counts: servers that add tools right after start do so within 300 ms. */
  probeSettleMs: 400,
  /** Lines on stdout that are not messages (banners, stray logs). */
  probeMaxStrayLines: 10_000,
  /** One file, and the whole of the scratch folder, that a contained server writes. */
  probeFileMaxBytes: 64 * 1024 * 1024,
  probeScratchMaxBytes: 256 * 1024 * 1024,
  /** Private memory of one contained process. Address space is not bounded: V8 reserves a lot that it never uses. */
  probeMemoryMaxBytes: 2 * 1024 * 1024 * 1024,
  /** Generous: before Linux 5.14 all processes of the user count, not only the contained ones. */
  probeProcessesMax: 4_096,
  /** The end of stderr that is kept to explain a failure. */
  stderrTailMaxBytes: 8 * 1024,
  registryTimeoutMs: 60_000,
  /** A whole dependency tree, hundreds of requests. */
  resolveTimeoutMs: 300_000,
  /** Registry requests at once; npm's own default is 15. */
  registryMaxRequests: 15,
  /** The head of an answer of a remote server: many send it only when the tool has done its work. */
  remoteHeadTimeoutMs: 10 * 60 * 1000,
  /** Its first answer, when it is looked at or a connection is made again; and documents about authorization. */
  remoteHelloTimeoutMs: 15_000,
  /** Asking as a stranger whether a server that says hello also lists. */
  remoteListsMaxMs: 30_000,
  remoteMetadataMaxBytes: 256 * 1024,
  /** Authorization servers, and scopes, that one resource may name. */
  remoteMaxIssuers: 5,
  remoteMaxScopes: 200,
  /** How long a person has to sign in; a token longer than this is none; how long before its end one is renewed. */
  signInMaxMs: 10 * 60 * 1000,
  oauthTokenMaxLength: 16 * 1024,
  signInMaxBytes: 128 * 1024,
  oauthRenewBeforeMs: 60_000,
  /** Taking all tokens of one sign-in back: whoever removes a server waits for it. */
  oauthRevokeMaxMs: 10_000,
  /** How many commands try to take a sign-in back before it is forgotten, and how many of them one command tries. */
  oauthRevokeMaxTries: 5,
  oauthRevokeMaxLeft: 5,
  /** Between two tries to take up a stream that broke, doubled each time; what the server asks for counts within bounds. */
  remoteRetryMs: 1_000,
  remoteRetryMinMs: 100,
  remoteRetryMaxMs: 60_000,
  /** Tries in a row without any event before a stream is given up. */
  remoteMaxRetries: 5,
  /** Saying goodbye to a session; less than `signalGraceMs`. */
  remoteGoodbyeMs: 1_000,
  /** Between asking a server to stop and killing it. */
  stopGraceMs: 2_000,
  /** Between a SIGTERM that is passed on and killing the server: clients kill the guard itself after 2 s. */
  signalGraceMs: 1_500,
  /** After a launch, before the tree is hashed in the background: the server's own start comes first. */
  settleInMs: 10_000,
  /** How long a server may go on answering after its client has closed its end. */
  drainMaxMs: 60_000,
  lockWaitMs: 20_000,
  /** One question to the keychain, a dialogue that asks its owner to unlock it included; clients wait 30 to 60 s for a server. */
  keychainWaitMs: 25_000,
  /** What the keychain's program may say at all. */
  keychainAnswerMaxBytes: 4 * 1024 * 1024,
  /** One secret. Keys have 40 to 200 characters, tokens up to some thousand, a certificate with its key 10,000. */
  secretMaxBytes: 64 * 1024,
  /** Characters in one item of a keychain: Windows takes 2,560 bytes of UTF-16. */
  keychainItemMaxChars: 1_200,
  /** All secrets of one server. */
  secretsMaxBytes: 8 * 1024 * 1024,
  ticketMaxBytes: 32 * 1024 * 1024,
  /** A sealed index has about 170 bytes per file. */
  indexMaxBytes: 128 * 1024 * 1024,
  /** After this long a tree is hashed in full again, in the background. */
  treeFullCheckMs: 24 * 60 * 60 * 1000,
  /** Differences of one tree that are named; the rest is counted. */
  treeMaxDifferences: 20,
  /** Files of one tree that are read before anything else has its turn: well below a millisecond. */
  treeReadAtOnce: 16,
  /** A staging folder or an unnamed tree younger than this may belong to an install that is under way. */
  stagingMaxAgeMs: 60 * 60 * 1000,
  /** One server's items that wait for approval; a server that invents more is told no, but not remembered. */
  pendingMaxItems: 500,
  pendingMaxBytes: 16 * 1024 * 1024,
  /** One server's list of what is blocked for ever: some ten thousand entries. */
  blockedMaxBytes: 4 * 1024 * 1024,
  /** The review page: one request, its headers, how long both may take, and how long nobody has to look at it until it ends. */
  pageBodyMaxBytes: 64 * 1024,
  pageHeadersMaxBytes: 16 * 1024,
  pageRequestMaxMs: 10_000,
  pageIdleMs: 15 * 60 * 1000,
  pageMaxConnections: 32,
  /** Withheld items on one page, and characters of all of them (the longest honest list has 82,000): what is not shown cannot be approved there. */
  pageMaxItems: 20,
  pageMaxChars: 200_000,
  firstUseMaxBytes: 32 * 1024 * 1024,
  ledgerLineMaxBytes: 64 * 1024,
  /** A part of the ledger that has reached this is closed, and the next one begun; so many closed ones are kept. */
  ledgerFileMaxBytes: 8 * 1024 * 1024,
  ledgerFilesKept: 7,
  trustMaxBytes: 1024 * 1024,
  journalMaxBytes: 512 * 1024 * 1024,
  /** A journal older than this belongs to no living process, whoever has its process id now. */
  transactionMaxMs: 10 * 60 * 1000,
} as const;
