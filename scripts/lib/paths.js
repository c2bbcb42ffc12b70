const { homedir } = require('node:os');
const { isAbsolute, join, resolve } = require('node:path');

/** The root of this package. */
const ROOT = resolve(__dirname, '..', '..');

/** Where downloads shared by all projects of a user live: `XDG_CACHE_HOME`, or what the platform has instead. */
function cacheDir(env = process.env, platform = process.platform, home = homedir()) {
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'dramatis');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'dramatis');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'dramatis', 'cache');
  return join(home, '.cache', 'dramatis');
}

const exeName = (name, platform = process.platform) => (platform === 'win32' ? `${name}.exe` : name);

module.exports = { ROOT, cacheDir, exeName };
