const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { withLock } = require('./lock.js');
const { cacheDir } = require('./paths.js');
const { run } = require('./process.js');
const { SetupError } = require('./say.js');

const stampFile = (root) => join(root, 'node_modules', '.cache', 'dramatis', 'installed.json');
const hashOf = (text) => createHash('sha256').update(text).digest('hex');

/** Whether what npm says it installed is what the lock file asks for, but for packages of other platforms. */
function sameVersions(lock, installed) {
  return Object.entries(lock.packages).every(([path, entry]) => {
    if (path === '' || entry.optional || entry.devOptional || entry.link) return true;
    return installed.packages[path]?.version === entry.version;
  });
}

/**
 * Whether node_modules is what package-lock.json asks for. Compares contents, not times: a checkout touches files without changing them.
 * A few milliseconds.
 */
function packagesAreCurrent(root) {
  const installedList = join(root, 'node_modules', '.package-lock.json'); // npm writes it last
  if (!existsSync(installedList)) return false;
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const installedText = readFileSync(installedList, 'utf8');
  const stamp = hashOf(lockText + installedText);
  if (existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === stamp) return true;
  if (!sameVersions(JSON.parse(lockText), JSON.parse(installedText))) return false;
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), stamp);
  return true;
}

/** @throws SetupError with npm's own words if `npm ci` fails. */
async function ensurePackages({ root, log, npm = 'npm' }) {
  if (packagesAreCurrent(root)) return { installed: false };
  // Not below node_modules, which `npm ci` removes.
  const lock = join(cacheDir(), 'locks', `npm-${hashOf(root).slice(0, 16)}.lock`);
  return withLock(
    lock,
    async () => {
      if (packagesAreCurrent(root)) return { installed: false };
      log('bootstrap: installing packages (npm ci; about a minute the first time)');
      const { code, output } = await run(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root });
      if (code === 0 && packagesAreCurrent(root)) return { installed: true };
      if (/EUSAGE/.test(output))
        log(
          'bootstrap: package-lock.json and package.json disagree; `node scripts/complete-lock.js` adds missing platform binaries',
        );
      const last = output.trim().split('\n').slice(-15).join('\n');
      throw new SetupError(
        `npm ci failed (exit code ${code}):\n${last}\nCheck the network and the npm registry setting, then run this again.`,
      );
    },
    { onWait: (pid) => log(`bootstrap: waiting for the npm ci of process ${pid}`) },
  );
}

module.exports = { ensurePackages, packagesAreCurrent };
