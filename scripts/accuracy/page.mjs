/** docs/accuracy.md: what was measured and how, then the output of one run as it printed. */
export function accuracyPage(labels, printed) {
  const counts = (word) => labels.reduce((sum, label) => sum + Object.values(label.own).filter(([said]) => said === word).length, 0);
  const corrected = labels.flatMap((label) => label.corrected.map((note) => `- ${label.server}: ${note}`));
  const named = labels.filter((label) => label.tools !== null);
  return `# How right the disclosure is

\`npm run accuracy\` looks at ${labels.length} real servers at exact versions with \`pinfold info --json --no-probe\` and compares what it
says with \`scripts/accuracy/labels\`. It needs the registry that npm is configured for, and is no part of \`npm test\`.
\`npm run accuracy -- --write\` writes this page; everything below the line is one run as it printed.

## What it is compared with

- **Capability classes**: for each server and each of the 16 classes \`yes\`, \`no\` or \`unclear\`, with a reason and a place, from
  reading the package's code (search and reading; never from what pinfold says): ${counts('yes')} yes, ${counts('no')} no, ${counts('unclear')} unclear.
  They are about the package's *own* code as far as starting its program leads there: what it does itself, or through a
  package whose very purpose that is (\`axios\` is \`net.connect\`, \`dotenv\` reads \`.env\`). Unclear is in no denominator.
- **Power in dependencies**: where a server is a wrapper, which dependency carries which class. Recall only: nobody has read
  whole closures, so a class that is shown through another package is neither right nor wrong here.
- **Names of tools**: what \`tools/list\` answered in a run without network, with stand-ins for keys; ${named.length} of ${labels.length} servers.
  The others do not start without a backend, have no tools of their own, or are no servers.

## What it does not show

- The servers were chosen for variety (official, vendors, community; bundles, minified, CommonJS, ES modules, wrappers, and
  programs that are no servers), not drawn at random. A rate here is not a rate over the registry.
- One person labelled. A label found wrong after a comparison is listed below, with the reason.
- Scopes (hosts, paths, variable names) are not compared. The rules were improved with some of these servers in view.

## Labels corrected after a comparison

${corrected.length === 0 ? 'None.' : corrected.join('\n')}

---

\`\`\`
${printed.trimEnd()}
\`\`\`
`;
}
