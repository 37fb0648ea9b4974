/** Packages that are made for one service, by the hosts that they connect to unless they are told another. */
export const packageHosts: Readonly<Record<string, readonly string[]>> = {
  '@notionhq/client': ['api.notion.com'],
  openai: ['api.openai.com'],
  '@anthropic-ai/sdk': ['api.anthropic.com'],
  'groq-sdk': ['api.groq.com'],
  'cohere-ai': ['api.cohere.com'],
  '@mistralai/mistralai': ['api.mistral.ai'],
  '@google/genai': ['generativelanguage.googleapis.com'],
  '@google/generative-ai': ['generativelanguage.googleapis.com'],
  '@octokit/rest': ['api.github.com'],
  '@octokit/core': ['api.github.com'],
  '@octokit/graphql': ['api.github.com'],
  '@octokit/request': ['api.github.com'],
  octokit: ['api.github.com'],
  '@gitbeaker/rest': ['gitlab.com'],
  '@slack/web-api': ['slack.com'],
  '@slack/bolt': ['slack.com'],
  stripe: ['api.stripe.com'],
  '@linear/sdk': ['api.linear.app'],
  twilio: ['api.twilio.com'],
  '@sendgrid/mail': ['api.sendgrid.com'],
  '@sendgrid/client': ['api.sendgrid.com'],
  resend: ['api.resend.com'],
  'discord.js': ['discord.com'],
  telegraf: ['api.telegram.org'],
  googleapis: ['*.googleapis.com'],
  '@googleapis/drive': ['www.googleapis.com'],
  'google-auth-library': ['oauth2.googleapis.com'],
  '@pinecone-database/pinecone': ['api.pinecone.io'],
  'posthog-node': ['us.i.posthog.com'],
  '@segment/analytics-node': ['api.segment.io'],
  mixpanel: ['api.mixpanel.com'],
  '@mendable/firecrawl-js': ['api.firecrawl.dev'],
  firecrawl: ['api.firecrawl.dev'],
  '@tavily/core': ['api.tavily.com'],
  'exa-js': ['api.exa.ai'],
  '@hubspot/api-client': ['api.hubapi.com'],
  '@e2b/code-interpreter': ['api.e2b.app'],
  e2b: ['api.e2b.app'],
  airtable: ['api.airtable.com'],
  replicate: ['api.replicate.com'],
  '@aws-sdk/*': ['*.amazonaws.com'],
  'aws-sdk': ['*.amazonaws.com'],
  '@google-cloud/*': ['*.googleapis.com'],
};

/** The hosts of the package that an import specifier names; empty = not a package of one service. */
export function sdkHosts(specifier: string): readonly string[] {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  if (Object.hasOwn(packageHosts, name)) return packageHosts[name] ?? [];
  const scope = `${parts[0]}/*`;
  return Object.hasOwn(packageHosts, scope) ? (packageHosts[scope] ?? []) : [];
}
