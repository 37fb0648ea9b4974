import type { PackageFile } from '../../model/artifact.ts';

/**
 * The names of MCP registry entries in the description of a wheel or an sdist: every `mcp-name: NAME` in its metadata,
 * whole and letter by letter. The registry itself looks for the text anywhere, where a name that begins alike also counts.
 *
 * @see https://github.com/modelcontextprotocol/registry, docs/reference/server-json, PyPI
 */
export function registryNamesIn(files: readonly PackageFile[]): readonly string[] {
  const metadata = files.find(({ path }) => /^(?:[^/]+\.dist-info\/METADATA|PKG-INFO)$/.test(path));
  if (metadata === undefined) return [];
  const text = new TextDecoder().decode(metadata.bytes);
  // The end of an HTML comment may stand right behind the name.
  const named = [...text.matchAll(/(?<!\w-?)mcp-name:[ \t]*([a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+?)(?=-->|[^a-zA-Z0-9._/-]|$)/g)];
  return [...new Set(named.map(([, name = '']) => name))];
}
