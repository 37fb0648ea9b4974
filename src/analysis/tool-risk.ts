import type { CapabilityClass, CapabilityReport } from '../model/capability.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import type { StaticParameter } from '../model/manifest.ts';

/**
 * What a tool declares about itself, most serious first. `undeclared` counts as destructive and open-world, which are the
 * protocol's defaults. @see MCP schema 2025-11-25, ToolAnnotations
 */
export const toolRisks = ['destructive', 'open-world', 'writes', 'undeclared', 'read-only'] as const;
export type ToolRisk = (typeof toolRisks)[number];

/** A tool as a report shows it, wherever it was seen. All text is attacker-controlled. */
export interface ToolView {
  readonly name: string;
  readonly title: string | null;
  readonly description: string;
  readonly parameters: readonly (StaticParameter & { readonly required: boolean })[];
  readonly risk: ToolRisk;
  /** `file:line` where the code names it, and the dependency whose code that is; null = seen running only. */
  readonly where: string | null;
  readonly through: string | null;
  readonly guessed: boolean;
}

/** Where what it declares and what its code can do do not go together. Counted in tools, told about the whole server. */
export interface RiskContradiction {
  readonly says: 'read-only' | 'closed-world' | 'not-destructive';
  /** Names of the tools that say so, sorted. */
  readonly tools: readonly string[];
  /** Classes that the server's code shows nevertheless. */
  readonly can: readonly CapabilityClass[];
}

export interface ToolRisks {
  /** Sorted by risk, then in the order of the listing. */
  readonly tools: readonly ToolView[];
  readonly contradictions: readonly RiskContradiction[];
}

/**
 * The tools by what they declare, and what of it the code does not bear out. Which tool uses which code is not known, so
 * nothing is derived for one tool: a server none of whose code (beyond the usual plumbing) can change anything gives no
 * contradiction, any other gives one for all tools that promise otherwise.
 */
export function toolRisksOf({ probed, static: code, capabilities }: Pick<Disclosure, 'probed' | 'static' | 'capabilities'>): ToolRisks {
  const declared: (readonly [ToolView, JsonObject | null])[] =
    probed === null
      ? code.tools.map((item) => [
          {
            name: item.name,
            title: item.title,
            description: item.description ?? '',
            parameters: item.parameters.map((parameter) => ({ ...parameter, required: false })),
            risk: riskOf(item.annotations),
            where: item.where,
            through: item.through,
            guessed: item.confidence === 'guessed',
          },
          item.annotations,
        ])
      : probed.manifest.tools.map((tool) => [probedView(tool, code), hintsOf(tool)]);
  return {
    tools: declared.map(([view]) => view).sort((a, b) => toolRisks.indexOf(a.risk) - toolRisks.indexOf(b.risk)),
    contradictions: contradictions(declared, capabilities),
  };
}

/** The first kind that fits: a tool that says both destructive and open-world is listed as destructive. */
export function riskOf(hints: JsonObject | null): ToolRisk {
  const readOnly = hints?.['readOnlyHint'] === true;
  if (!readOnly && hints?.['destructiveHint'] === true) return 'destructive';
  if (hints?.['openWorldHint'] === true) return 'open-world';
  if (readOnly) return 'read-only';
  return hints?.['destructiveHint'] === false || hints?.['openWorldHint'] === false ? 'writes' : 'undeclared';
}

const promises: readonly { says: RiskContradiction['says']; keeps: (hints: JsonObject) => boolean; not: readonly CapabilityClass[] }[] = [
  {
    says: 'read-only',
    keeps: (hints) => hints['readOnlyHint'] === true,
    not: ['exec.spawn', 'exec.dynamic', 'fs.write', 'host.control', 'persist', 'agent.modify'],
  },
  {
    says: 'not-destructive',
    keeps: (hints) => hints['readOnlyHint'] !== true && hints['destructiveHint'] === false,
    not: ['exec.spawn', 'exec.dynamic', 'fs.write', 'host.control', 'persist', 'agent.modify'],
  },
  { says: 'closed-world', keeps: (hints) => hints['openWorldHint'] === false, not: ['net.connect', 'exec.spawn', 'exec.dynamic'] },
];

function contradictions(
  tools: readonly (readonly [ToolView, JsonObject | null])[],
  report: CapabilityReport,
): readonly RiskContradiction[] {
  return promises.flatMap(({ says, keeps, not }) => {
    const names = tools.flatMap(([view, hints]) => (hints !== null && keeps(hints) ? [view.name] : [])).sort();
    const can = report.capabilities.filter(({ verdict, reach }) => verdict === 'seen' && reach !== 'baseline').map(({ class: of }) => of);
    const broken = not.filter((of) => can.includes(of));
    return names.length === 0 || broken.length === 0 ? [] : [{ says, tools: names, can: broken }];
  });
}

function probedView(tool: JsonObject, code: Disclosure['static']): ToolView {
  const name = text(tool['name']) ?? '';
  const named = code.tools.find((item) => item.name === name);
  return {
    name,
    title: text(tool['title']) ?? text(hintsOf(tool)?.['title']),
    description: text(tool['description']) ?? '',
    parameters: parametersOf(tool['inputSchema']),
    risk: riskOf(hintsOf(tool)),
    where: named?.where ?? null,
    through: named?.through ?? null,
    guessed: false,
  };
}

function parametersOf(schema: unknown): ToolView['parameters'] {
  const properties = isObject(schema) ? schema['properties'] : null;
  if (!isObject(schema) || !isObject(properties)) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).map(([name, value]) => ({
    name,
    description: isObject(value) ? text(value['description']) : null,
    required: required.includes(name),
  }));
}

function hintsOf(tool: JsonObject): JsonObject | null {
  const hints = tool['annotations'];
  return isObject(hints) ? hints : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
