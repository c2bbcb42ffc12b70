#!/usr/bin/env node
/**
 * Adds to package-lock.json the platform binaries it lacks, so that `npm ci` accepts it on every platform.
 *
 * npm leaves an optional package out of the lock file when the registry it was made with does not serve that package, and then
 * refuses the file it wrote. The entries added have the exact version their parent asks for and the platform in their name; no
 * integrity hash, since their bytes were not seen. Run it after every change of the dependencies.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { ROOT } = require('./lib/paths.js');
const { runMain, say } = require('./lib/say.js');

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const OS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** `…-linux-x64-musl` → os linux, cpu x64, libc musl; undefined if the name tells no platform. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split('-');
  const os = OS.find((word) => parts.includes(word));
  const cpu = CPU.find((word) => parts.includes(word));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = parts.some((part) => part.startsWith('musl'))
    ? ['musl']
    : parts.some((part) => part.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return { os: [os], cpu: [cpu], ...(os === 'linux' && libc ? { libc } : {}) };
}

/** Optional packages that npm would look for and not find, nearest folder first: path of the entry that asks → name and range. */
function missingOptionals(packages) {
  const missing = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const folders = [
        path,
        ...[...path.matchAll(/\/node_modules\//g)].map(({ index }) => path.slice(0, index)).reverse(),
        '',
      ];
      const found = folders.some(
        (folder) => packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined,
      );
      if (!found) missing.push({ path, name, range });
    }
  }
  return missing;
}

/** @returns {{lock: object, added: string[], left: string[]}} a completed copy; `left` names what could not be derived. */
function completeLock(lock) {
  const packages = { ...lock.packages };
  const added = [];
  const left = [];
  for (const { path, name, range } of missingOptionals(packages)) {
    const platform = platformOf(name);
    if (platform === undefined || !EXACT.test(range)) {
      left.push(`${name}@${range} (wanted by ${path})`);
      continue;
    }
    const { license, dev, engines } = packages[path];
    const entry = {
      version: range,
      cpu: platform.cpu,
      ...(dev ? { dev } : {}),
      ...(platform.libc ? { libc: platform.libc } : {}),
    };
    packages[`node_modules/${name}`] = {
      ...entry,
      ...(license ? { license } : {}),
      optional: true,
      os: platform.os,
      ...(engines ? { engines } : {}),
    };
    added.push(`${name}@${range}`);
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: { ...lock, packages: sorted }, added, left };
}

module.exports = { completeLock, missingOptionals };

if (require.main === module) {
  runMain(async () => {
    const path = process.argv[2] ?? join(ROOT, 'package-lock.json');
    const { lock, added, left } = completeLock(JSON.parse(readFileSync(path, 'utf8')));
    if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
    say(`lock: ${added.length === 0 ? 'nothing was missing' : `added ${added.length}: ${added.join(', ')}`}`);
    for (const line of left) say(`lock: cannot derive ${line}`);
    return left.length > 0 ? 1 : 0;
  });
}
