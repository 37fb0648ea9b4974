import { toolRisksOf } from '../../analysis/tool-risk.ts';
import type { Disclosure } from '../../model/disclosure.ts';
import type { Finding } from '../../model/finding.ts';
import { shellLine } from '../../model/shell-line.ts';
import { variablesByUse } from '../asks.ts';
import { count, humanBytes } from '../bytes.ts';
import { ownWords } from '../capability-words.ts';
import { topWords, verdictText } from '../card.ts';
import { credentialGroups } from '../credentials.ts';
import { findingSentence } from '../findings.ts';
import { publisherWords, splitFindings } from '../headlines.ts';
import { capabilitySection } from './capabilities.ts';
import { command, html, joined, type Markup, remote } from './markup.ts';
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
    capabilitySection(disclosure.capabilities, ownWords(artifact.name)),
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

function head({ artifact, closure, closureBytes, installScripts, publisher, decision, findings }: Disclosure): Markup {
  const scripts = installScripts.length === 0 ? 'no install scripts' : count(installScripts.length, 'install script');
  return html`<header><h1>${remote(`${artifact.name} ${artifact.version}`)}</h1>
<p><span class="verdict ${verdictColour[decision.verdict]}">${verdictText(decision)}</span></p>
${splitFindings(findings).top.map(headline)}
<p class="soft">${remote(`${artifact.subject}@${artifact.version}`)}</p>
<p>${count(closure.packages.length, 'package')}, ${humanBytes(closureBytes)}, ${scripts}</p>
<p>${remote(publisherWords(publisher))}</p></header>`;
}

function headline(found: Finding): Markup {
  const colour = found.severity === 'block' ? 'red' : 'amber';
  return html`<p class="${colour}"><strong>${topWords(found)}</strong>: ${remote(findingSentence(found))} <code class="soft">${found.code}</code></p>`;
}

const severityColour = { block: 'red', review: 'amber', warn: 'amber', info: 'grey' } as const;
const severityOrder = ['block', 'review', 'warn', 'info'] as const;

function findingSection(disclosure: Disclosure): Markup | null {
  const findings = splitFindings(disclosure.findings).others;
  if (findings.length === 0) return null;
  const sorted = [...findings].sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
  const item = (one: Finding) =>
    html`<li><span class="mark ${severityColour[one.severity]}">${one.severity}</span> <strong>${remote(one.subject)}</strong>: ${remote(findingSentence(one))} <code class="soft">${one.code}</code></li>`;
  const [grave, told] = [sorted.filter(({ severity }) => severity !== 'info'), sorted.filter(({ severity }) => severity === 'info')];
  const list = (some: readonly Finding[]) => (some.length === 0 ? null : html`<ul>${some.map(item)}</ul>`);
  // On a phone a dozen remarks would push what it can do off the first screens.
  const folded = told.length < 3 ? list(told) : html`<details><summary>${told.length} for information</summary>${list(told)}</details>`;
  return html`<section><h2>Findings (${findings.length})</h2>${list(grave)}${folded}</section>`;
}

function asksSection({ capabilities, credentials, launch, artifact }: Disclosure): Markup | null {
  const { secrets, settings, others } = variablesByUse(capabilities.environment, artifact.name);
  const told = new Set(credentials.map(({ variable }) => variable));
  const left = secrets.filter((name) => !told.has(name));
  const rows = [
    [credentials.length > 0 ? 'Other secrets that its code names' : 'Secrets', left],
    ['Variables', settings],
    [settings.length > 0 ? 'Other variables that its code names' : 'Variables that its code names', others],
    ['Arguments given', launch.args],
    ['Handed on by its entry', launch.envNames],
  ] as const;
  const shown = rows.filter(([, names]) => names.length > 0);
  if (shown.length === 0 && credentials.length === 0) return null;
  const ways = credentialGroups(credentials).map(
    ({ variables, how, to }) => html`<dt>${nameList(variables)}</dt><dd>→ ${remote(`${how}${to.join(', ')}`)}</dd>`,
  );
  const items = shown.map(([title, names]) => html`<dt>${title}</dt><dd>${nameList(names)}</dd>`);
  return html`<section><h2>What it asks for</h2>${ways.length === 0 ? null : html`<h3>Secrets, and where they go</h3><dl>${ways}</dl>`}<dl>${items}</dl></section>`;
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
  const digests = html`<p class="soft"><code>${remote(artifact.integrity)}</code><br>closure <code>${closure.digest}</code></p>`;
  if (launch.runtime === 'python')
    return html`<section><h2>What the client will run</h2><p>Nothing yet: Python servers can be looked at, not installed.</p>
<p>By itself it starts as:</p><pre>${command(shellLine([launch.bin, ...launch.args]))}</pre><p class="soft">${remote(launch.entry)}</p>
${digests}</section>`;
  return html`<section><h2>What the client will run</h2><pre>${command(shellLine(clientCommand))}</pre>
<p>which starts, from verified bytes:</p><pre>${command(shellLine([launch.runtime, launch.entry, ...launch.args]))}</pre>
${digests}</section>`;
}

function decisionSection({ decision }: Disclosure): Markup {
  return html`<section><h2>Decision: ${verdictText(decision)}</h2><ul>${decision.reasons.map((reason) => html`<li>${remote(reason)}</li>`)}</ul></section>`;
}
