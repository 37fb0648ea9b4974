// Loaded into the guard by tests: answers for `a<address in hexadecimal>.rebind.example` with that address, as a resolver
// would that an attacker controls.
'use strict';

const dns = require('node:dns');

const plain = dns.lookup;
const answered = (name) => {
  const found = /^a([0-9a-f]+)\.rebind\.example$/.exec(name);
  if (found === null) return null;
  const address = Buffer.from(found[1], 'hex').toString('utf8');
  return { address, family: address.includes(':') ? 6 : 4 };
};
dns.lookup = (name, options, callback) => {
  const [given, done] = typeof options === 'function' ? [{}, options] : [options, callback];
  const found = answered(name);
  if (found === null) return plain(name, options, callback);
  process.nextTick(() => (given?.all ? done(null, [found]) : done(null, found.address, found.family)));
};
const later = dns.promises.lookup;
dns.promises.lookup = async (name, options) => {
  const found = answered(name);
  if (found === null) return later(name, options);
  return options?.all ? [found] : found;
};
require('node:module').syncBuiltinESMExports();
