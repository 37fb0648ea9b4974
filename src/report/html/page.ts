import { toolRisksOf } from '../../analysis/tool-risk.ts';
import type { Disclosure } from '../../model/disclosure.ts';
import { shellLine } from '../../model/shell-line.ts';
import { variablesByUse } from '../asks.ts';
import { count, humanBytes } from '../bytes.ts';
import { verdictText } from '../card.ts';
import { findingSentence } from '../findings.ts';
import { capabilitySection } from './capabilities.ts';
import { html, joined, type Markup, remote } from './markup.ts';
import { pageStyle } from './style.ts';
import { toolSection } from './tools.ts';

/** Nothing is loaded from anywhere, nothing runs, nothing is sent: whatever a server wrote into its texts. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * The whole disclosure as one self-contained page: no script, no link, no address that a browser would ask. Reads on a
 * phone and in print, dark and light.
 */
export function disclosurePage(disclosure: Disclosure, options: { readonly clientCommand: readonly string[] }): string {
  const { artifact } = disclosure;
  const body = [
    head(disclosure),
    findingSection(disclosure),
    capabilitySection(disclosure.capabilities),
    asksSection(disclosure),
    toolSection(disclosure, toolRisksOf(disclosure)),
    checkedSection(disclosure),
    commandSection(disclosure, options.clientCommand),
    decisionSection(disclosure),
  ];
  // The policy is a constant with quotes in it: it is put in as it stands, before anything that others wrote.
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
    html`<title>${artifact.name} ${artifact.version}: what it is and can do</title>`.text,
    `<style>${pageStyle}</style></head>`,
    html`<body><main>${joined(body)}</main></body></html>`.text,
    '',
  ].join('\n');
}

const verdictColour = { allow: 'green', warn: 'amber', review: 'amber', block: 'red' } as const;

function head({ artifact, closure, closureBytes, installScripts, decision, findings }: Disclosure): Markup {
  const scripts = installScripts.length === 0 ? 'no install scripts' : count(installScripts.length, 'install script');
  const noServer = findings.find(({ code }) => code === 'not-a-server');
  return html`<header><h1>${remote(`${artifact.name} ${artifact.version}`)}</h1>
<p><span class="verdict ${verdictColour[decision.verdict]}">${verdictText(decision)}</span></p>
<p class="soft">${remote(`${artifact.subject}@${artifact.version}`)}</p>
<p>${count(closure.packages.length, 'package')}, ${humanBytes(closureBytes)}, ${scripts}</p>
${noServer === undefined ? null : html`<p class="amber"><strong>not an MCP server</strong>: ${findingSentence(noServer)}</p>`}</header>`;
}

const severityColour = { block: 'red', review: 'amber', warn: 'amber', info: 'grey' } as const;
const severityOrder = ['block', 'review', 'warn', 'info'] as const;

function findingSection({ findings }: Disclosure): Markup | null {
  if (findings.length === 0) return null;
  const sorted = [...findings].sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
  const items = sorted.map(
    (one) =>
      html`<li><span class="mark ${severityColour[one.severity]}">${one.severity}</span> <strong>${remote(one.subject)}</strong>: ${remote(findingSentence(one))} <code class="soft">${one.code}</code></li>`,
  );
  return html`<section><h2>Findings (${findings.length})</h2><ul>${items}</ul></section>`;
}

function asksSection({ capabilities, launch, artifact }: Disclosure): Markup | null {
  const { secrets, settings, others } = variablesByUse(capabilities.environment, artifact.name);
  const rows = [
    ['Secrets', secrets],
    ['Variables', settings],
    [settings.length > 0 ? 'Other variables that its code names' : 'Variables that its code names', others],
    ['Arguments given', launch.args],
    ['Handed on by its entry', launch.envNames],
  ] as const;
  const shown = rows.filter(([, names]) => names.length > 0);
  if (shown.length === 0) return null;
  const items = shown.map(([title, names]) => html`<dt>${title}</dt><dd>${nameList(names)}</dd>`);
  return html`<section><h2>What it asks for</h2><dl>${items}</dl></section>`;
}

function nameList(names: readonly string[]): Markup {
  const all = html`<p>${names.map((name, index) => html`${index === 0 ? '' : ', '}<code>${remote(name)}</code>`)}</p>`;
  return names.length <= 12 ? all : html`<details><summary>${count(names.length, 'name')}</summary>${all}</details>`;
}

const outcomeColour = { verified: 'green', absent: 'amber', unavailable: 'grey', invalid: 'red' } as const;

function checkedSection({ evidence, notVerifiable }: Disclosure): Markup {
  const sources = evidence.map(
    ({ source, outcome, detail }) =>
      html`<li><span class="mark ${outcomeColour[outcome]}">${outcome}</span> ${remote(detail)} <span class="soft">(${source})</span></li>`,
  );
  const unknown = notVerifiable.map((text) => html`<li>${remote(text)}</li>`);
  return html`<section><h2>Who stands behind it</h2><ul>${sources}</ul></section>
<section><h2>What could not be checked</h2><ul>${unknown}</ul></section>`;
}

function commandSection({ launch, artifact, closure }: Disclosure, clientCommand: readonly string[]): Markup {
  return html`<section><h2>What the client will run</h2><pre>${remote(shellLine(clientCommand))}</pre>
<p>which starts, from verified bytes:</p><pre>${remote(shellLine([launch.runtime, launch.entry, ...launch.args]))}</pre>
<p class="soft"><code>${remote(artifact.integrity)}</code><br>closure <code>${closure.digest}</code></p></section>`;
}

function decisionSection({ decision }: Disclosure): Markup {
  return html`<section><h2>Decision: ${verdictText(decision)}</h2><ul>${decision.reasons.map((reason) => html`<li>${remote(reason)}</li>`)}</ul></section>`;
}
