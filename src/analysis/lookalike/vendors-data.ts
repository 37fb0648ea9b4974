/**
 * The vendors whose names matter for MCP: what each publishes, and where its keys belong. One row per brand, cells apart
 * by ` | `, words apart by spaces, `-` = none known.
 *
 * - names: words that mean the brand in a package's name; `google-maps` = both words side by side
 * - npm: scopes (`@x`) and packages; pypi: packages; github: organisations
 * - domains: hosts at or below them are the vendor's own; never a domain below which anybody can have a place
 * - hosted: its official MCP endpoint; only ones that a source names
 * - secrets: beginnings (`X_`) or whole names of variables that hold its keys
 * - sources: what stands behind a cell. `catalogue` = docker/mcp-registry at 818bf169b365; `list` = every name is in a list
 *   of the most downloaded npm packages, or of the PyPI packages, of 2026-11 (that it exists, not whose it is); `registry` =
 *   the npm record's repository is of an organisation of the row; `docs` = stands in the vendor's or a directory's pages; `-some` = only for some words of the cell. A cell that is
 *   not named here was written from general knowledge and NOT checked. Written by scripts/check-vendors.mjs --attest
 * - checked: the day of that
 */
export const vendorRows = `
adobe | adobe photoshop | @adobe @adobe/spectrum-design-data-mcp | - | adobe | adobe.com adobe.io | - | ADOBE_ | npm=list | 2026-11-27
adyen | adyen | @adyen | adyen | adyen | adyen.com | - | ADYEN_ | npm=list pypi=list | 2026-11-27
airtable | airtable | @airtable airtable | - | airtable | airtable.com | - | AIRTABLE_ | npm=list secrets=catalogue | 2026-11-27
algolia | algolia | @algolia algoliasearch | algoliasearch | algolia | algolia.com algolia.net algolianet.com | - | ALGOLIA_ | npm=list pypi=list | 2026-11-27
amplitude | amplitude | @amplitude | amplitude-analytics | amplitude | amplitude.com | - | AMPLITUDE_ | npm=list pypi=list | 2026-11-27
anthropic | anthropic claude | @anthropic-ai | anthropic claude-agent-sdk | anthropics | anthropic.com claude.ai claude.com | - | ANTHROPIC_ CLAUDE_ | npm=list pypi=list | 2026-11-27
apify | apify | @apify apify apify-client @apify/actors-mcp-server | apify apify-client | apify | apify.com | https://mcp.apify.com | APIFY_ | npm=list pypi=list github=catalogue domains=catalogue hosted=catalogue secrets=catalogue | 2026-11-27
apollo | apollographql | @apollo @apollographql | - | apollographql | apollographql.com | - | APOLLO_ | npm=list github=catalogue | 2026-11-27
asana | asana | asana | asana | asana | asana.com | https://mcp.asana.com/sse | ASANA_ | npm=list pypi=list domains=catalogue hosted=catalogue | 2026-11-27
astro | astro | @astrojs astro | - | withastro | astro.build | https://mcp.docs.astro.build/mcp | - | npm=list github=catalogue domains=catalogue hosted=catalogue | 2026-11-27
atlassian | atlassian jira confluence bitbucket trello | @atlassian @atlaskit @forge | - | atlassian atlassian-labs | atlassian.com atlassian.net bitbucket.org jira.com trello.com | https://mcp.atlassian.com/v1/mcp | ATLASSIAN_ JIRA_ CONFLUENCE_ BITBUCKET_ TRELLO_ | npm=list domains=catalogue-some hosted=catalogue secrets=catalogue-some | 2026-11-27
auth0 | auth0 | @auth0 auth0 @auth0/auth0-mcp-server | auth0-python | auth0 | auth0.com | - | AUTH0_ | npm=list pypi=list | 2026-11-27
aws | aws amazon dynamodb cloudwatch bedrock | @aws @aws-sdk @aws-cdk aws-sdk | boto3 awscli awslabs-core-mcp-server awslabs-aws-documentation-mcp-server awslabs-aws-api-mcp-server | aws awslabs | amazonaws.com aws.amazon.com amazon.com api.aws aws.dev | - | AWS_ | npm=list pypi=list-some github=catalogue-some secrets=catalogue | 2026-11-27
axiom | axiomhq | @axiomhq | axiom-py | axiomhq | axiom.co | - | AXIOM_ | npm=list pypi=list | 2026-11-27
azure | azure | @azure @azure-devops @azure-rest @azure/mcp @azure-devops/mcp | azure-identity azure-core msmcp-azure | Azure Azure-Samples microsoft | azure.com microsoft.com microsoftonline.com visualstudio.com | - | AZURE_ | npm=list pypi=list github=catalogue-some domains=catalogue-some | 2026-11-27
basecamp | basecamp | - | - | basecamp | basecamp.com basecampapi.com 37signals.com | - | BASECAMP_ | - | 2026-11-27
bitwarden | bitwarden | @bitwarden @bitwarden/mcp-server | - | bitwarden | bitwarden.com | - | BITWARDEN_ BW_ | npm=list | 2026-11-27
box | box | box-node-sdk @box | boxsdk box-sdk-gen | box box-community | box.com | - | BOX_ | npm=list pypi=list secrets=catalogue | 2026-11-27
brave | brave | @brave @brave/brave-search-mcp-server | - | brave | brave.com | - | BRAVE_ | npm=list github=catalogue secrets=catalogue | 2026-11-27
brightdata | brightdata bright-data | @brightdata @brightdata/mcp | brightdata-sdk | brightdata luminati-io | brightdata.com | https://mcp.brightdata.com/mcp | BRIGHTDATA_ BRIGHT_DATA_ | npm=list pypi=list domains=catalogue hosted=catalogue secrets=catalogue-some | 2026-11-27
browserbase | browserbase stagehand | @browserbasehq @browserbasehq/mcp-server-browserbase | browserbase stagehand | browserbase | browserbase.com | - | BROWSERBASE_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
browserstack | browserstack | @browserstack browserstack-local @browserstack/mcp-server | browserstack-sdk | browserstack | browserstack.com | - | BROWSERSTACK_ | npm=list pypi=list | 2026-11-27
buildkite | buildkite | @buildkite | - | buildkite | buildkite.com | - | BUILDKITE_ | npm=list github=catalogue secrets=catalogue | 2026-11-27
calcom | calcom cal-com | @calcom | - | calcom | cal.com | - | CAL_COM_ CALCOM_ | npm=list | 2026-11-27
canva | canva | @canva | - | canva-sdks | canva.com canva.dev | - | CANVA_ | npm=list | 2026-11-27
chroma | chroma chromadb | chromadb | chromadb chroma-mcp | chroma-core | trychroma.com | - | CHROMA_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
chrome-devtools | chrome-devtools | chrome-devtools-mcp | - | ChromeDevTools | chrome.com | - | - | npm=list | 2026-11-27
circleci | circleci | @circleci @circleci/mcp-server-circleci | - | CircleCI-Public circleci | circleci.com | - | CIRCLECI_ CIRCLE_ | npm=list secrets=catalogue-some | 2026-11-27
clerk | clerk | @clerk | clerk-backend-api | clerk | clerk.com clerk.dev clerk.accounts.dev | - | CLERK_ | npm=list pypi=list | 2026-11-27
clickhouse | clickhouse | @clickhouse | clickhouse-connect mcp-clickhouse | ClickHouse | clickhouse.com clickhouse.cloud | - | CLICKHOUSE_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
clickup | clickup | @clickup | - | clickup | clickup.com | - | CLICKUP_ | npm=list | 2026-11-27
cloudflare | cloudflare | @cloudflare wrangler cloudflare workers-mcp @cloudflare/mcp-server-cloudflare | cloudflare | cloudflare | cloudflare.com cloudflareworkers.com | https://docs.mcp.cloudflare.com/sse | CLOUDFLARE_ CF_API_ | npm=list pypi=list domains=catalogue-some hosted=catalogue | 2026-11-27
cloudinary | cloudinary | @cloudinary cloudinary | cloudinary | cloudinary cloudinary-labs | cloudinary.com | - | CLOUDINARY_ | npm=list pypi=list | 2026-11-27
codacy | codacy | @codacy @codacy/codacy-mcp | - | codacy | codacy.com | - | CODACY_ | npm=list | 2026-11-27
coinbase | coinbase | @coinbase @coinbase/cds-mcp-server | cdp-sdk | coinbase | coinbase.com | - | COINBASE_ CDP_ | npm=list pypi=list | 2026-11-27
coingecko | coingecko | @coingecko @coingecko/coingecko-mcp | - | coingecko | coingecko.com | - | COINGECKO_ | npm=list | 2026-11-27
composio | composio rube | @composio composio-core @composio/mcp | composio composio-core | ComposioHQ | composio.dev rube.app | https://rube.app/mcp | COMPOSIO_ RUBE_ | npm=list pypi=list domains=catalogue-some hosted=catalogue secrets=catalogue-some | 2026-11-27
confluent | confluent | @confluentinc | confluent-kafka | confluentinc | confluent.io confluent.cloud | - | CONFLUENT_ | npm=list pypi=list | 2026-11-27
contentful | contentful | @contentful contentful contentful-management | contentful | contentful | contentful.com | - | CONTENTFUL_ | npm=list pypi=list | 2026-11-27
context7 | context7 upstash | @upstash @upstash/context7-mcp @upstash/mcp-server | upstash-redis | upstash | upstash.com context7.com upstash.io | https://mcp.context7.com/mcp | UPSTASH_ CONTEXT7_ | npm=list pypi=list domains=catalogue-some hosted=catalogue secrets=catalogue-some | 2026-11-27
couchbase | couchbase | @couchbase couchbase | couchbase couchbase-mcp-server | couchbase Couchbase-Ecosystem | couchbase.com | - | COUCHBASE_ CB_PASSWORD | npm=list pypi=list github=catalogue-some secrets=catalogue-some | 2026-11-27
databricks | databricks | @databricks | databricks-sdk | databricks databrickslabs | databricks.com azuredatabricks.net | - | DATABRICKS_ | npm=list pypi=list | 2026-11-27
datadog | datadog | @datadog dd-trace | datadog ddtrace datadog-api-client | DataDog datadog-labs | datadoghq.com datadoghq.eu ddog-gov.com | - | DATADOG_ DD_API_ DD_APP_ | npm=list pypi=list | 2026-11-27
datastax | datastax astra-db | @datastax | astrapy | datastax | datastax.com | - | ASTRA_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
dbt | dbt | - | dbt-core dbt-mcp | dbt-labs | getdbt.com | - | DBT_ | pypi=list | 2026-11-27
deepgram | deepgram | @deepgram | deepgram-sdk | deepgram | deepgram.com | - | DEEPGRAM_ | npm=list pypi=list | 2026-11-27
deepl | deepl | deepl-node deepl-mcp-server | deepl | DeepLcom | deepl.com | - | DEEPL_ | npm=list pypi=list | 2026-11-27
deepseek | deepseek | - | - | deepseek-ai | deepseek.com | - | DEEPSEEK_ | - | 2026-11-27
digitalocean | digitalocean | @digitalocean @digitalocean/mcp | pydo | digitalocean | digitalocean.com | - | DIGITALOCEAN_ DO_TOKEN | npm=list pypi=list | 2026-11-27
discord | discord | @discord | - | discord | discord.com discordapp.com discord.gg | - | DISCORD_ | npm=list secrets=catalogue | 2026-11-27
docker | docker dockerhub | @docker | - | docker | docker.com docker.io | https://mcp-docs.docker.com/mcp | DOCKER_ DOCKERHUB_ HUB_PAT_TOKEN | npm=list github=catalogue domains=catalogue-some hosted=catalogue secrets=catalogue-some | 2026-11-27
docusign | docusign | @docusign docusign-esign | docusign-esign | docusign | docusign.com docusign.net | - | DOCUSIGN_ | npm=list pypi=list | 2026-11-27
doppler | doppler | @dopplerhq @dopplerhq/mcp-server | - | DopplerHQ | doppler.com | - | DOPPLER_ | npm=list | 2026-11-27
dropbox | dropbox | dropbox @dropbox | dropbox | dropbox | dropbox.com dropboxapi.com | - | DROPBOX_ | npm=list pypi=list | 2026-11-27
dynatrace | dynatrace | @dynatrace @dynatrace-oss @dynatrace-oss/dynatrace-mcp-server | - | dynatrace dynatrace-oss Dynatrace | dynatrace.com live.dynatrace.com | - | DYNATRACE_ DT_API_ | npm=list github=catalogue-some | 2026-11-27
e2b | e2b | @e2b e2b | e2b e2b-code-interpreter | e2b-dev | e2b.dev | - | E2B_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
elastic | elastic elasticsearch kibana | @elastic @elasticsearch @elastic/mcp-server-elasticsearch | elasticsearch | elastic | elastic.co elastic-cloud.com elastic.cloud | - | ELASTIC_ ELASTICSEARCH_ ES_API_ | npm=list-some pypi=list github=catalogue secrets=catalogue-some | 2026-11-27
elevenlabs | elevenlabs | @elevenlabs | elevenlabs elevenlabs-mcp | elevenlabs | elevenlabs.io | - | ELEVENLABS_ ELEVEN_ | npm=list pypi=list github=catalogue secrets=catalogue-some | 2026-11-27
exa | exa | exa-mcp-server exa-js | exa-py | exa-labs | exa.ai | - | EXA_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
expo | expo | expo @expo | - | expo | expo.dev expo.io | - | EXPO_ | npm=list | 2026-11-27
fastly | fastly | @fastly | fastly | fastly | fastly.com | - | FASTLY_ | npm=list pypi=list | 2026-11-27
figma | figma | @figma | - | figma | figma.com | https://mcp.figma.com/mcp | FIGMA_ | hosted=docs npm=list | 2026-11-27
firebase | firebase firestore | firebase firebase-tools firebase-admin @firebase @genkit-ai genkit | firebase-admin | firebase google-gemini | firebase.google.com googleapis.com google.com | - | FIREBASE_ | npm=list pypi=list | 2026-11-27
firecrawl | firecrawl | firecrawl-mcp @mendable firecrawl | firecrawl-py firecrawl | mendableai firecrawl | firecrawl.dev | - | FIRECRAWL_ | npm=list pypi=list github=catalogue-some secrets=catalogue | 2026-11-27
fireflies | fireflies | - | - | firefliesai | fireflies.ai | https://api.fireflies.ai/mcp | FIREFLIES_ | domains=catalogue hosted=catalogue | 2026-11-27
gitbook | gitbook | @gitbook | - | GitbookIO | gitbook.com | - | GITBOOK_ | npm=list | 2026-11-27
github | github | @github @octokit octokit @actions | - | github actions octokit | github.com githubusercontent.com githubcopilot.com ghe.com | https://api.githubcopilot.com/mcp/ | GITHUB_ GH_ | hosted=docs npm=list github=catalogue-some secrets=catalogue-some | 2026-11-27
gitlab | gitlab | @gitlab | - | gitlab-org | gitlab.com | - | GITLAB_ | npm=list secrets=catalogue | 2026-11-27
glean | glean | @gleanwork @gleanwork/local-mcp-server | glean-api-client | gleanwork | glean.com | - | GLEAN_ | npm=list pypi=list | 2026-11-27
globalping | globalping | globalping | - | jsdelivr | globalping.dev globalping.io | https://mcp.globalping.dev/sse | GLOBALPING_ | npm=list domains=catalogue-some hosted=catalogue | 2026-11-27
google | google gmail gdrive google-drive google-maps google-calendar gemini gcp bigquery | @google @google-cloud googleapis @googleapis @googlemaps @google-analytics google-auth-library google-gax @google-cloud/gcloud-mcp @google-cloud/cloud-run-mcp @googlemaps/code-assist-mcp | google-genai google-generativeai google-api-python-client google-cloud-storage google-auth | google googleapis google-gemini googlemaps GoogleCloudPlatform | google.com googleapis.com google.dev | - | GOOGLE_ GEMINI_ GCP_ GMAIL_ | npm=list pypi=list github=catalogue-some secrets=catalogue-some | 2026-11-27
grafana | grafana loki | @grafana | mcp-grafana | grafana | grafana.com grafana.net | - | GRAFANA_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
granola | granola | - | - | - | granola.ai | https://mcp.granola.ai/mcp | GRANOLA_ | domains=catalogue hosted=catalogue | 2026-11-27
greptile | greptile | - | - | greptileai | greptile.com | - | GREPTILE_ | - | 2026-11-27
groq | groq | groq-sdk @groq | groq | groq | groq.com | - | GROQ_ | npm=list-some pypi=list | 2026-11-27
hashicorp | hashicorp terraform vault | @hashicorp | - | hashicorp | hashicorp.com terraform.io hashicorp.cloud vaultproject.io | - | HASHICORP_ HCP_ TFE_ TF_TOKEN_ VAULT_ | npm=list github=catalogue | 2026-11-27
heroku | heroku | @heroku heroku @heroku/mcp-server | - | heroku | heroku.com | - | HEROKU_ | npm=list github=catalogue secrets=catalogue | 2026-11-27
hostinger | hostinger | hostinger-api-mcp | - | hostinger | hostinger.com | - | HOSTINGER_ | npm=list github=catalogue | 2026-11-27
hubspot | hubspot | @hubspot @hubspot/mcp-server | hubspot-api-client | HubSpot | hubspot.com hubapi.com | https://app.hubspot.com/mcp/v1/http | HUBSPOT_ PRIVATE_APP_ACCESS_TOKEN | npm=list pypi=list domains=catalogue-some hosted=catalogue secrets=catalogue-some | 2026-11-27
huggingface | huggingface hugging-face | @huggingface | huggingface-hub transformers | huggingface | huggingface.co hf.co | https://huggingface.co/mcp | HUGGINGFACE_ HF_ HUGGING_FACE_ | npm=list pypi=list domains=catalogue-some hosted=catalogue | 2026-11-27
hyperbrowser | hyperbrowser | hyperbrowser-mcp @hyperbrowser | hyperbrowser | hyperbrowserai | hyperbrowser.ai | - | HYPERBROWSER_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
incident-io | incident-io | - | - | incident-io | incident.io | https://mcp.incident.io/mcp | INCIDENT_IO_ | domains=catalogue hosted=catalogue | 2026-11-27
infisical | infisical | @infisical @infisical/mcp | infisicalsdk | Infisical | infisical.com | - | INFISICAL_ | npm=list pypi=list | 2026-11-27
intercom | intercom | @intercom intercom-client | python-intercom | intercom | intercom.io intercom.com | - | INTERCOM_ | npm=list pypi=list | 2026-11-27
jetbrains | jetbrains intellij | @jetbrains | - | JetBrains | jetbrains.com jetbrains.space | - | JETBRAINS_ | npm=list | 2026-11-27
jina | jina | jina-mcp-tools | jina | jina-ai | jina.ai | - | JINA_ | npm=list pypi=list | 2026-11-27
kagi | kagi | - | kagimcp | kagisearch | kagi.com | - | KAGI_ | pypi=list github=catalogue secrets=catalogue | 2026-11-27
kong | konnect | @kong | - | Kong | konghq.com | - | KONNECT_ KONG_ | npm=list github=catalogue secrets=catalogue-some | 2026-11-27
kubernetes | kubernetes kubectl k8s | @kubernetes | kubernetes | kubernetes kubernetes-client | kubernetes.io k8s.io | - | KUBE_ | npm=list pypi=list | 2026-11-27
langchain | langchain langsmith langgraph | @langchain langchain langsmith | langchain langsmith langgraph | langchain-ai | langchain.com langchain.dev | - | LANGCHAIN_ LANGSMITH_ | npm=list pypi=list | 2026-11-27
lark | lark feishu | @larksuiteoapi @larksuiteoapi/lark-mcp | lark-oapi | larksuite | larksuite.com feishu.cn | - | LARK_ FEISHU_ | npm=list pypi=list | 2026-11-27
launchdarkly | launchdarkly | @launchdarkly launchdarkly-node-server-sdk @launchdarkly/mcp-server | launchdarkly-server-sdk | launchdarkly | launchdarkly.com | - | LAUNCHDARKLY_ | npm=list pypi=list | 2026-11-27
linear | linear | @linear | - | linear | linear.app | https://mcp.linear.app/mcp | LINEAR_ | npm=list domains=catalogue hosted=catalogue | 2026-11-27
mailchimp | mailchimp | @mailchimp | mailchimp-marketing | mailchimp | mailchimp.com mandrillapp.com | - | MAILCHIMP_ | npm=list pypi=list | 2026-11-27
mailgun | mailgun | mailgun.js mailgun-mcp-server | - | mailgun | mailgun.com mailgun.net | - | MAILGUN_ | npm=list-some | 2026-11-27
make | make-com | @makehq | - | integromat | make.com integromat.com | - | MAKE_API_ | npm=list | 2026-11-27
mapbox | mapbox | @mapbox @mapbox/mcp-server | mapbox | mapbox | mapbox.com | - | MAPBOX_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
meilisearch | meilisearch | meilisearch @meilisearch | meilisearch meilisearch-mcp | meilisearch | meilisearch.com | - | MEILISEARCH_ | npm=list pypi=list | 2026-11-27
mem0 | mem0 | @mem0 mem0ai @mem0/mcp-server | mem0ai | mem0ai | mem0.ai | - | MEM0_ | npm=list pypi=list | 2026-11-27
mercadopago | mercadopago mercado-pago mercadolibre | mercadopago | mercadopago | mercadopago mercadolibre | mercadopago.com mercadolibre.com | https://mcp.mercadopago.com | MERCADO_PAGO_ MERCADOPAGO_ MERCADO_LIBRE_ | npm=list pypi=list domains=catalogue hosted=catalogue secrets=catalogue-some | 2026-11-27
metabase | metabase | @metabase | - | metabase | metabase.com | - | METABASE_ | npm=list secrets=catalogue | 2026-11-27
microsoft | microsoft ms-365 powerplatform sharepoint onedrive outlook clarity | @microsoft @vscode @fluentui @typespec @microsoft/clarity-mcp-server | - | microsoft Azure MicrosoftDocs | microsoft.com microsoftonline.com azure.com office.com live.com sharepoint.com dynamics.com office365.com | https://learn.microsoft.com/api/mcp | MICROSOFT_ MS_GRAPH_ CLARITY_ | npm=list github=catalogue-some domains=catalogue-some hosted=catalogue | 2026-11-27
milvus | milvus zilliz | @zilliz @zilliz/claude-context-mcp | pymilvus | zilliztech milvus-io | zilliz.com milvus.io zillizcloud.com | - | MILVUS_ ZILLIZ_ | npm=list pypi=list | 2026-11-27
minimax | minimax | minimax-mcp-js | minimax-mcp | MiniMax-AI | minimax.io minimaxi.com minimax.chat | - | MINIMAX_ | npm=list pypi=list | 2026-11-27
mintlify | mintlify | @mintlify mintlify @mintlify/mcp | - | mintlify | mintlify.com | - | MINTLIFY_ | npm=list | 2026-11-27
miro | miro | @mirohq | - | miroapp | miro.com | https://mcp.miro.com/mcp | MIRO_ | npm=list domains=catalogue hosted=catalogue | 2026-11-27
mistral | mistral mistralai | @mistralai | mistralai | mistralai | mistral.ai | - | MISTRAL_ | npm=list pypi=list | 2026-11-27
mixpanel | mixpanel | mixpanel @mixpanel | mixpanel | mixpanel | mixpanel.com | - | MIXPANEL_ | npm=list pypi=list | 2026-11-27
modelcontextprotocol | modelcontextprotocol | @modelcontextprotocol @modelcontextprotocol/server-filesystem @modelcontextprotocol/server-github @modelcontextprotocol/server-memory @modelcontextprotocol/server-everything @modelcontextprotocol/server-postgres @modelcontextprotocol/server-slack @modelcontextprotocol/server-puppeteer @modelcontextprotocol/server-brave-search @modelcontextprotocol/server-google-maps @modelcontextprotocol/server-sequential-thinking | mcp mcp-server-fetch mcp-server-git mcp-server-time mcp-server-sqlite | modelcontextprotocol | modelcontextprotocol.io | - | - | npm=list pypi=list github=catalogue | 2026-11-27
monday | monday mondaycom | @mondaydotcomorg monday-sdk-js @mondaydotcomorg/monday-api-mcp | - | mondaycom | monday.com | https://mcp.monday.com/sse | MONDAY_ | npm=list domains=catalogue hosted=catalogue | 2026-11-27
mongodb | mongodb mongo atlas | mongodb-mcp-server @mongodb-js mongodb @mongodb-js/mongodb-mcp-server | pymongo | mongodb mongodb-js | mongodb.com mongodb.net | - | MONGODB_ MDB_ MONGO_ | npm=list pypi=list github=catalogue-some secrets=catalogue-some | 2026-11-27
mux | mux | @mux | mux-python | muxinc | mux.com | - | MUX_ | npm=list pypi=list | 2026-11-27
n8n | n8n | n8n @n8n | - | n8n-io | n8n.io n8n.cloud | - | N8N_ | npm=list secrets=catalogue | 2026-11-27
neo4j | neo4j | @neo4j neo4j-driver | neo4j mcp-neo4j-cypher mcp-neo4j-memory | neo4j neo4j-contrib | neo4j.com neo4j.io | - | NEO4J_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
neon | neon neondatabase | @neondatabase @neondatabase/mcp-server-neon | neon-api | neondatabase neondatabase-labs | neon.tech neon.com | - | NEON_ | npm=list pypi=list github=catalogue-some secrets=catalogue | 2026-11-27
netlify | netlify | @netlify netlify-cli netlify @netlify/mcp | - | netlify | netlify.com | - | NETLIFY_ | npm=list | 2026-11-27
newrelic | newrelic new-relic | @newrelic newrelic | newrelic | newrelic | newrelic.com nr-data.net | - | NEW_RELIC_ NEWRELIC_ | npm=list pypi=list | 2026-11-27
notion | notion | @notionhq @notionhq/notion-mcp-server | notion-client | makenotion | notion.com notion.so | https://mcp.notion.com/mcp | NOTION_ INTERNAL_INTEGRATION_TOKEN | npm=list pypi=list github=catalogue domains=catalogue-some hosted=catalogue secrets=catalogue-some | 2026-11-27
okta | okta | @okta | okta | okta | okta.com oktapreview.com | - | OKTA_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
ollama | ollama | ollama | ollama | ollama | ollama.com | - | OLLAMA_ | npm=list pypi=list | 2026-11-27
onepassword | 1password onepassword | @1password | onepassword-sdk | 1Password | 1password.com | - | OP_SERVICE_ACCOUNT_TOKEN ONEPASSWORD_ OP_CONNECT_TOKEN | npm=list pypi=list | 2026-11-27
onesignal | onesignal | @onesignal | onesignal-python-api | OneSignal | onesignal.com | - | ONESIGNAL_ | npm=list pypi=list | 2026-11-27
openai | openai chatgpt | @openai openai | openai openai-agents | openai | openai.com chatgpt.com | - | OPENAI_ | npm=list pypi=list secrets=catalogue | 2026-11-27
openrouter | openrouter | @openrouter | openrouter | OpenRouterTeam | openrouter.ai | - | OPENROUTER_ | npm=list pypi=list secrets=catalogue | 2026-11-27
opentofu | opentofu | @opentofu @opentofu/opentofu-mcp-server | - | opentofu | opentofu.org | - | - | npm=list | 2026-11-27
oracle | oracle | @oracle oracledb | oracledb oci | oracle | oracle.com oraclecloud.com | - | ORACLE_ OCI_ | npm=list pypi=list secrets=catalogue-some | 2026-11-27
oxylabs | oxylabs | - | oxylabs-mcp | oxylabs | oxylabs.io | - | OXYLABS_ | pypi=list github=catalogue secrets=catalogue | 2026-11-27
paddle | paddle | @paddle @paddle/paddle-mcp | paddle-python-sdk | PaddleHQ | paddle.com | - | PADDLE_ | npm=list pypi=list | 2026-11-27
pagerduty | pagerduty | @pagerduty | pagerduty pdpyras pagerduty-mcp | PagerDuty | pagerduty.com | - | PAGERDUTY_ | npm=list pypi=list | 2026-11-27
paypal | paypal braintree | @paypal | paypal-server-sdk | paypal | paypal.com paypalobjects.com | https://mcp.paypal.com/sse | PAYPAL_ BRAINTREE_ | npm=list pypi=list domains=catalogue-some hosted=catalogue | 2026-11-27
perplexity | perplexity | @perplexity-ai @perplexity-ai/mcp-server | perplexityai | ppl-ai perplexityai | perplexity.ai | - | PERPLEXITY_ PPLX_ | npm=list pypi=list github=catalogue-some secrets=catalogue-some | 2026-11-27
pica | picaos | @picahq | - | picahq | picaos.com withone.ai | - | PICA_ | npm=list github=catalogue secrets=catalogue | 2026-11-27
pinecone | pinecone | @pinecone-database @pinecone-database/mcp | pinecone | pinecone-io | pinecone.io | - | PINECONE_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
pipedream | pipedream | @pipedream @pipedream/mcp | - | PipedreamHQ | pipedream.com | - | PIPEDREAM_ | npm=list | 2026-11-27
plaid | plaid | plaid | plaid-python | plaid | plaid.com | - | PLAID_ | npm=list pypi=list | 2026-11-27
plane | plane | @makeplane @makeplane/plane-mcp-server | plane-mcp-server | makeplane | plane.so | - | PLANE_ | npm=list pypi=list | 2026-11-27
planetscale | planetscale | @planetscale | - | planetscale | planetscale.com psdb.cloud | - | PLANETSCALE_ | npm=list | 2026-11-27
playwright | playwright | @playwright playwright playwright-core @playwright/mcp | playwright pytest-playwright | microsoft | playwright.dev | - | - | npm=list pypi=list github=catalogue | 2026-11-27
polar | polar-sh | @polar-sh | polar-sdk | polarsource | polar.sh | - | POLAR_ | npm=list pypi=list secrets=catalogue | 2026-11-27
postgres | postgres postgresql | - | - | postgres | postgresql.org | - | PGPASSWORD POSTGRES_ | - | 2026-11-27
posthog | posthog | @posthog posthog-node | posthog | PostHog | posthog.com | - | POSTHOG_ | npm=list pypi=list | 2026-11-27
postman | postman | @postman postman-collection @postman/postman-mcp-server | - | postmanlabs | postman.com getpostman.com | - | POSTMAN_ | npm=list github=catalogue secrets=catalogue | 2026-11-27
prisma | prisma | @prisma prisma | - | prisma | prisma.io | https://mcp.prisma.io/mcp | PRISMA_ | npm=list domains=catalogue hosted=catalogue | 2026-11-27
pulumi | pulumi | @pulumi | pulumi | pulumi | pulumi.com | https://mcp.ai.pulumi.com/mcp | PULUMI_ | npm=list pypi=list github=catalogue domains=catalogue hosted=catalogue secrets=catalogue | 2026-11-27
puppeteer | puppeteer | puppeteer puppeteer-core @puppeteer | - | puppeteer | pptr.dev | - | - | npm=list | 2026-11-27
qdrant | qdrant | @qdrant | qdrant-client mcp-server-qdrant | qdrant | qdrant.tech qdrant.io | - | QDRANT_ | npm=list pypi=list | 2026-11-27
quickbooks | quickbooks | intuit-oauth | intuit-oauth | intuit | intuit.com quickbooks.com | - | QUICKBOOKS_ INTUIT_ | npm=list pypi=list | 2026-11-27
railway | railway | @railway @railway/mcp-server | - | railwayapp | railway.com railway.app | - | RAILWAY_ | npm=list | 2026-11-27
ramp | ramp | - | ramp-mcp | ramp-public | ramp.com | - | RAMP_ | pypi=list | 2026-11-27
razorpay | razorpay | razorpay @razorpay | razorpay | razorpay | razorpay.com | - | RAZORPAY_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
redis | redis | redis @redis | redis redis-mcp-server | redis | redis.io redis.com redislabs.com | - | REDIS_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
ref | ref-tools | ref-tools-mcp | - | ref-tools | ref.tools | - | REF_API_ | npm=list github=catalogue secrets=catalogue | 2026-11-27
render | render-com | - | - | render-oss renderinc | render.com | - | RENDER_ | github=catalogue-some secrets=catalogue | 2026-11-27
replicate | replicate | replicate replicate-mcp | replicate | replicate | replicate.com | - | REPLICATE_ | npm=list pypi=list | 2026-11-27
resend | resend | resend resend-mcp | resend | resend | resend.com | - | RESEND_ | npm=list pypi=list secrets=catalogue | 2026-11-27
rollbar | rollbar | @rollbar rollbar @rollbar/mcp-server | rollbar | rollbar | rollbar.com | - | ROLLBAR_ | npm=list pypi=list | 2026-11-27
runpod | runpod | @runpod runpod-sdk @runpod/mcp-server | runpod | runpod | runpod.io runpod.ai | - | RUNPOD_ | npm=list pypi=list | 2026-11-27
salesforce | salesforce | @salesforce @salesforce/mcp | - | salesforcecli forcedotcom salesforce | salesforce.com force.com | - | SALESFORCE_ SF_ACCESS_ | npm=list | 2026-11-27
sanity | sanity | @sanity sanity @sanity/mcp-server | - | sanity-io | sanity.io | - | SANITY_ | npm=list | 2026-11-27
segment | segment-io | @segment | segment-analytics-python | segmentio | segment.com segment.io | - | SEGMENT_ | npm=list pypi=list | 2026-11-27
semgrep | semgrep | @semgrep | semgrep semgrep-mcp | semgrep | semgrep.dev semgrep.com semgrep.ai | https://mcp.semgrep.ai/mcp | SEMGREP_ | pypi=list domains=catalogue-some hosted=catalogue | 2026-11-27
sendgrid | sendgrid | @sendgrid | sendgrid | sendgrid | sendgrid.com sendgrid.net twilio.com | - | SENDGRID_ | npm=list pypi=list | 2026-11-27
sentry | sentry | @sentry @sentry-internal @sentry/mcp-server | sentry-sdk | getsentry | sentry.io sentry.dev | https://mcp.sentry.dev/sse | SENTRY_ | npm=list pypi=list domains=catalogue-some hosted=catalogue secrets=catalogue | 2026-11-27
serpapi | serpapi | serpapi | google-search-results serpapi | serpapi | serpapi.com | - | SERPAPI_ SERP_API_ | npm=list pypi=list | 2026-11-27
serper | serper | - | - | - | serper.dev | - | SERPER_ | - | 2026-11-27
shopify | shopify | @shopify @shopify/dev-mcp | shopifyapi | Shopify | shopify.com myshopify.com shopify.dev | - | SHOPIFY_ | npm=list pypi=list | 2026-11-27
shortcut | shortcut | @shortcut | - | useshortcut | shortcut.com | - | SHORTCUT_ | npm=list | 2026-11-27
slack | slack | @slack | slack-sdk slack-bolt | slackapi | slack.com | - | SLACK_ | npm=list pypi=list secrets=catalogue | 2026-11-27
smithery | smithery | @smithery | smithery | smithery-ai | smithery.ai | - | SMITHERY_ | npm=list pypi=list | 2026-11-27
snowflake | snowflake | snowflake-sdk | snowflake-connector-python snowflake-labs-mcp | snowflakedb Snowflake-Labs | snowflake.com snowflakecomputing.com | - | SNOWFLAKE_ | npm=list pypi=list | 2026-11-27
snyk | snyk | snyk @snyk | - | snyk | snyk.io | - | SNYK_ | npm=list | 2026-11-27
sonarqube | sonarqube sonarcloud | @sonarsource sonarqube-scanner | - | SonarSource | sonarsource.com sonarcloud.io sonarqube.us | - | SONARQUBE_ SONAR_ | npm=list github=catalogue secrets=catalogue-some | 2026-11-27
spotify | spotify | @spotify | - | spotify | spotify.com | - | SPOTIFY_ | npm=list | 2026-11-27
square | squareup | square @square square-mcp-server | squareup | square | squareup.com square.com | - | SQUARE_ | npm=list-some pypi=list | 2026-11-27
storybook | storybook | @storybook storybook @storybook/mcp | - | storybookjs | storybook.js.org | - | - | npm=list | 2026-11-27
strapi | strapi | @strapi strapi | - | strapi | strapi.io | - | STRAPI_ | npm=list | 2026-11-27
stripe | stripe | @stripe stripe @stripe/mcp | stripe stripe-agent-toolkit | stripe | stripe.com stripe.dev | https://mcp.stripe.com | STRIPE_ | npm=list pypi=list github=catalogue domains=catalogue-some hosted=catalogue secrets=catalogue | 2026-11-27
supabase | supabase | @supabase supabase @supabase/mcp-server-supabase | supabase | supabase supabase-community | supabase.com | https://mcp.supabase.com/mcp | SUPABASE_ | hosted=docs npm=list pypi=list | 2026-11-27
tavily | tavily | tavily-mcp @tavily | tavily-python | tavily-ai | tavily.com | - | TAVILY_ | npm=list pypi=list github=catalogue secrets=catalogue | 2026-11-27
telegram | telegram | - | - | telegramdesktop tdlib | telegram.org t.me | - | TELEGRAM_ | - | 2026-11-27
telnyx | telnyx | telnyx telnyx-mcp | telnyx | team-telnyx | telnyx.com | https://api.telnyx.com/v2/mcp | TELNYX_ | npm=list pypi=list domains=catalogue hosted=catalogue secrets=catalogue | 2026-11-27
testsprite | testsprite | @testsprite @testsprite/testsprite-mcp | - | TestSprite | testsprite.com | - | TESTSPRITE_ | npm=list | 2026-11-27
todoist | todoist | @doist | todoist-api-python | Doist | todoist.com doist.com | - | TODOIST_ | npm=list pypi=list | 2026-11-27
turso | turso libsql | @libsql @tursodatabase | libsql-client | tursodatabase | turso.tech turso.io | - | TURSO_ LIBSQL_ | npm=list pypi=list | 2026-11-27
twilio | twilio | twilio @twilio @twilio-alpha @twilio-alpha/mcp | twilio | twilio twilio-labs | twilio.com | - | TWILIO_ | npm=list pypi=list | 2026-11-27
typeform | typeform | @typeform | - | Typeform | typeform.com | - | TYPEFORM_ | npm=list | 2026-11-27
vapi | vapi | @vapi-ai @vapi-ai/mcp-server | vapi-server-sdk | VapiAI | vapi.ai | - | VAPI_ | npm=list pypi=list | 2026-11-27
vercel | vercel | @vercel vercel @ai-sdk | vercel | vercel vercel-labs | vercel.com | - | VERCEL_ | npm=list pypi=list | 2026-11-27
webflow | webflow | @webflow webflow-mcp-server webflow-api | webflow | webflow | webflow.com | https://mcp.webflow.com/sse | WEBFLOW_ | npm=list pypi=list domains=catalogue hosted=catalogue secrets=catalogue | 2026-11-27
wix | wix | @wix | - | wix | wix.com wixapis.com | https://mcp.wix.com/sse | WIX_ | npm=list domains=catalogue-some hosted=catalogue | 2026-11-27
wolfram | wolfram-alpha wolfram | - | wolframalpha wolframclient | WolframResearch | wolfram.com wolframalpha.com | - | WOLFRAM_ | pypi=list secrets=catalogue | 2026-11-27
wordpress | wordpress woocommerce | @wordpress @automattic @woocommerce | - | WordPress Automattic woocommerce | wordpress.com wordpress.org woocommerce.com | - | WORDPRESS_ WOOCOMMERCE_ | npm=list | 2026-11-27
workos | workos | @workos | workos | workos | workos.com | - | WORKOS_ | npm=list pypi=list | 2026-11-27
xai | xai grok | - | xai-sdk | xai-org | x.ai | - | XAI_ GROK_ | pypi=list secrets=catalogue-some | 2026-11-27
xero | xero | @xeroapi xero-node @xeroapi/xero-mcp-server | xero-python | XeroAPI | xero.com | - | XERO_ | npm=list pypi=list | 2026-11-27
youtube | youtube | - | - | youtube | youtube.com googleapis.com | - | YOUTUBE_ | - | 2026-11-27
zapier | zapier | @zapier zapier-platform-core | - | zapier | zapier.com | - | ZAPIER_ | npm=list | 2026-11-27
zendesk | zendesk | @zendesk | - | zendesk | zendesk.com | - | ZENDESK_ | npm=list | 2026-11-27
zoom | zoom | @zoom | - | zoom | zoom.us zoom.com | - | ZOOM_ | npm=list | 2026-11-27
`;
