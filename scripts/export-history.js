#!/usr/bin/env node
/**
 * Writes the archived Temporal history of a run as a replay fixture: `node scripts/export-history.js STORE RUN OUT.json`.
 * Host names, process ids and folders of the machine are replaced; replay does not look at them.
 */
const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [store, run, out] = process.argv.slice(2);
if (out === undefined) {
  process.stderr.write('usage: node scripts/export-history.js STORE RUN OUT.json\n');
  process.exit(2);
}

const ledger = join(store, 'ledger');
const entries = readdirSync(ledger)
  .sort()
  .filter((file) => file.endsWith('.json'))
  .map((file) => readFileSync(join(ledger, file), 'utf8'));
const archived = entries.filter((text) => text.includes('"run.archived"') && text.includes(JSON.stringify(run))).pop();
if (archived === undefined) {
  process.stderr.write(`no archived history of ${run} in ${ledger}\n`);
  process.exit(4);
}
const { sha256 } = findBody(JSON.parse(archived));
const history = JSON.parse(readFileSync(join(store, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)), 'utf8'));
writeFileSync(out, `${JSON.stringify(scrub(history), null, 1)}\n`);

function findBody(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof value.sha256 === 'string' && typeof value.events === 'number') return value;
  return Object.values(value).map(findBody).find(Boolean);
}

function scrub(value, key = '') {
  if (key === 'identity') return 'worker';
  if (key === 'stackTrace') return '';
  if (key === 'data' && typeof value === 'string') {
    const text = Buffer.from(value, 'base64').toString();
    return Buffer.from(text.replace(/"projectDir":"[^"]*"/g, '"projectDir":"."').replace(/"actor":"[^"]*"/g, '"actor":"tester"')).toString('base64');
  }
  if (Array.isArray(value)) return value.map((item) => scrub(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, scrub(inner, name)]));
}
