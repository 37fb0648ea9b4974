import { z } from 'zod';
import type { ListingEntry } from '../../model/listing.ts';
import { registryName } from '../../model/registry-name.ts';

/** One version of a server as the official MCP registry has it. Written by its publisher; nothing of it is checked again after publish. */
export interface RegistryEntry extends ListingEntry {
  /** `namespace/server`, in the publisher's case of letters. */
  readonly name: string;
  readonly repository: string | null;
  readonly packages: readonly RegistryPackage[];
  readonly isLatest: boolean;
}

export interface RegistryPackage {
  /** `npm`, `pypi`, `oci`, `nuget`, `mcpb`, … */
  readonly type: string;
  readonly identifier: string;
  /** '' = not said. */
  readonly version: string;
  /** Lower-case hexadecimal; null = not said. */
  readonly fileSha256: string | null;
}

const text = z.string().max(4_096);
const optional = text.nullish().catch(null);

const entrySchema = z.object({
  server: z.object({
    name: text.regex(registryName),
    version: text.catch(''),
    repository: z.object({ url: text }).nullish().catch(null),
    packages: z
      .array(z.object({ registryType: text, identifier: text, version: optional, fileSha256: optional }))
      .max(100)
      .nullish(),
    remotes: z
      .array(z.object({ url: text }))
      .max(100)
      .nullish(),
  }),
  _meta: z
    .object({
      'io.modelcontextprotocol.registry/official': z
        .object({
          status: z.enum(['active', 'deprecated', 'deleted']).catch('active'),
          statusMessage: optional,
          isLatest: z.boolean().catch(false),
          publishedAt: optional,
        })
        .optional(),
    })
    .nullish(),
});

const pageSchema = z.object({
  servers: z.array(z.unknown()).max(1_000),
  metadata: z.object({ nextCursor: z.string().max(4_096).nullish() }).nullish(),
});

/** One page of a list. */
export interface RegistryPage {
  readonly entries: readonly RegistryEntry[];
  /** Entries of the page that cannot be read. */
  readonly unread: number;
  /** null = this was the last one. */
  readonly nextCursor: string | null;
}

/**
 * A page of the registry's list, or of the versions of one server; null = it is none. An entry that breaks the rules is
 * counted and left out. @see https://github.com/modelcontextprotocol/registry, docs/reference/api, v0.1
 */
export function parsePage(value: unknown): RegistryPage | null {
  const page = pageSchema.safeParse(value);
  if (!page.success) return null;
  const entries = page.data.servers.flatMap((one) => {
    const parsed = entrySchema.safeParse(one);
    return parsed.success ? [entryOf(parsed.data)] : [];
  });
  // The end of a list is no cursor or an empty one.
  return { entries, unread: page.data.servers.length - entries.length, nextCursor: page.data.metadata?.nextCursor || null };
}

function entryOf({ server, _meta }: z.infer<typeof entrySchema>): RegistryEntry {
  const official = _meta?.['io.modelcontextprotocol.registry/official'];
  return {
    name: server.name,
    version: server.version,
    repository: server.repository?.url ?? null,
    packages: (server.packages ?? []).map(({ registryType, identifier, version, fileSha256 }) => ({
      type: registryType,
      identifier,
      version: version ?? '',
      fileSha256: (fileSha256 ?? '') === '' ? null : (fileSha256 ?? '').toLowerCase(),
    })),
    remotes: (server.remotes ?? []).map(({ url }) => url),
    status: official?.status ?? 'active',
    statusMessage: official?.statusMessage ?? '',
    isLatest: official?.isLatest ?? false,
    publishedAt: official?.publishedAt ?? null,
  };
}
