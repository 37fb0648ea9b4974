// Started by pinfold for each question to the operating system's keychain, and killed when it takes too long: the native
// module is loaded, and D-Bus is spoken to, nowhere else. One argument, the path of the module; the requests come by
// stdin and the values go by stdout, so that neither stands in an argument or a variable.
'use strict';

const { readFileSync, writeSync } = require('node:fs');
const { argv } = require('node:process');

const service = 'pinfold';
// On Linux the library would take the kernel's keyring where no Secret Service is: that one forgets at the next start.
const options = { linux: { store: 'secret-service' } };

function answer() {
  const { requests } = JSON.parse(readFileSync(0, 'utf8'));
  let entries;
  try {
    const { Entry } = require(argv[2]);
    entries = requests.map(({ account }) => new Entry(service, account, options));
  } catch (cause) {
    return { state: 'none', why: said(cause, requests) };
  }
  try {
    return { state: 'done', values: requests.map((request, at) => done(request, entries[at])) };
  } catch (cause) {
    return { state: 'failed', why: said(cause, requests) };
  }
}

function done({ kind, value }, entry) {
  if (kind === 'get') return entry.getPassword();
  if (kind === 'set') entry.setPassword(value);
  else entry.deletePassword();
  return null;
}

/** What the keychain says went wrong, but never with a value in it. */
function said(cause, requests) {
  const text = String(cause?.message ?? cause)
    .split('\n')[0]
    .slice(0, 200);
  return requests.some(({ value }) => typeof value === 'string' && value !== '' && text.includes(value)) ? 'it failed' : text;
}

const bytes = Buffer.from(JSON.stringify(answer()));
for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
