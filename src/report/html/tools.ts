import { type ToolRisks, type ToolView, toolRisks } from '../../analysis/tool-risk.ts';
import type { Disclosure } from '../../model/disclosure.ts';
import type { JsonObject } from '../../model/json.ts';
import { count } from '../bytes.ts';
import { contradictionWords, type riskWords, seenHow } from '../tools.ts';
import { viewPhrases } from '../views.ts';
import { html, type Markup, remote } from './markup.ts';

/** Tools by what they declare, each with its whole text; then prompts, resources and what the model is told. */
export function toolSection(disclosure: Disclosure, { tools, contradictions }: ToolRisks): Markup {
  const groups = toolRisks.flatMap((risk) => {
    const members = tools.filter((tool) => tool.risk === risk);
    return members.length === 0 ? [] : [html`<h3>${explained[risk]} (${members.length})</h3>${members.map(toolBlock)}`];
  });
  return html`<section><h2>Tools (${tools.length})</h2><p class="soft">${seenHow(disclosure)}; what they declare is their own claim</p>
${contradictions.map((found) => html`<p class="amber">${contradictionWords([found], tools.length)}</p>`)}
${groups}${others(disclosure)}</section>`;
}

const explained = {
  destructive: 'Say that they destroy',
  'open-world': 'Say that they reach the outside world',
  writes: 'Say that they write without destroying',
  undeclared: 'Declare nothing: the protocol then expects the worst',
  'read-only': 'Say that they only read',
} as const satisfies Record<keyof typeof riskWords, string>;

function toolBlock(tool: ToolView): Markup {
  const from = [tool.guessed ? 'name guessed' : '', tool.through === null ? '' : `through ${tool.through}`, tool.where ?? ''].filter(
    (part) => part !== '',
  );
  const title = tool.title === null ? null : html` ${remote(tool.title)}`;
  const parameters = tool.parameters.map(
    ({ name, description, required }) =>
      html`<dt><code>${remote(name)}</code>${required ? ' (required)' : ''}</dt><dd class="text">${description === null ? null : remote(description)}</dd>`,
  );
  return html`<details><summary><strong><code>${remote(tool.name)}</code></strong>${title}</summary>
<p class="text">${tool.description === '' ? html`<span class="soft">no description</span>` : remote(tool.description)}</p>
${parameters.length === 0 ? null : html`<dl>${parameters}</dl>`}
${from.length === 0 ? null : html`<p class="soft">${remote(from.join(', '))}</p>`}</details>`;
}

function others({ probed, static: code }: Disclosure): Markup {
  const listed =
    probed === null
      ? ([
          ['Prompts', code.prompts.map(({ name, description }) => [name, description ?? ''] as const)],
          ['Resources', code.resources.map(({ name, description }) => [name, description ?? ''] as const)],
        ] as const)
      : ([
          ['Prompts', probed.manifest.prompts.map((item) => named(item, 'name'))],
          ['Resources', probed.manifest.resources.map((item) => named(item, 'uri'))],
          ['Resource templates', probed.manifest.resourceTemplates.map((item) => named(item, 'uriTemplate'))],
        ] as const);
  const told = (probed === null ? code.instructions?.text : probed.manifest.instructions) ?? null;
  const asks = probed?.agentRequests ?? [];
  const gaps = probed === null ? code.gaps : [];
  const views = viewPhrases(probed);
  return html`${listed.map(([title, items]) => (items.length === 0 ? null : itemList(title, items)))}
${told === null ? null : html`<h3>Tells the model</h3><pre>${remote(told)}</pre>`}
${asks.length === 0 ? null : html`<p>Asks the client for ${asks.join(', ')}</p>`}
${views === null ? null : html`<h3>By what a client can do (${views.by.join(', ')})</h3><ul>${views.phrases.map((phrase) => html`<li>${remote(phrase)}</li>`)}</ul>`}
${gaps.length === 0 ? null : html`<h3>The list may be incomplete</h3><ul>${gaps.map((gap) => html`<li>${remote(gap)}</li>`)}</ul>`}`;
}

function itemList(title: string, items: readonly (readonly [string, string])[]): Markup {
  const rows = items.map(
    ([name, description]) => html`<li><code>${remote(name)}</code> <span class="text">${remote(description)}</span></li>`,
  );
  return html`<details><summary>${title}: ${count(items.length, 'item')}</summary><ul>${rows}</ul></details>`;
}

function named(item: JsonObject, key: string): readonly [string, string] {
  const [name, description] = [item[key], item['description']];
  return [typeof name === 'string' ? name : '', typeof description === 'string' ? description : ''];
}
