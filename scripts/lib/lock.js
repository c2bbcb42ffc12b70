const { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { SetupError } = require('./say.js');

const STEAL_MS = 10_000; // a steal is three file operations: a steal lock this old belongs to a process that died in it

/** Creates a file that must not exist yet. */
function create(path, text) {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const holderOf = (path) => {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Removes a lock whose holder died. Only one process at a time may judge, else it could remove the lock of the next holder. */
function removeIfStale(path) {
  const steal = `${path}.steal`;
  if (!create(steal, String(process.pid))) {
    try {
      if (Date.now() - statSync(steal).mtimeMs > STEAL_MS) rmSync(steal, { force: true });
    } catch {
      // another process just finished its steal
    }
    return;
  }
  try {
    const holder = holderOf(path);
    if (holder !== undefined && (!Number.isInteger(holder) || holder <= 0 || !alive(holder)))
      rmSync(path, { force: true });
  } finally {
    rmSync(steal, { force: true });
  }
}

/**
 * Runs `work` while holding a create-only lock file with our process id in it. Waits for a living holder; takes over from a dead one.
 * @throws SetupError after `timeoutMs`, naming the file and its holder.
 */
async function withLock(path, work, { timeoutMs = 15 * 60_000, onWait = () => {} } = {}) {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new SetupError(
      `cannot write to ${dirname(path)} (${error.code}); set XDG_CACHE_HOME to a folder you can write to`,
    );
  }
  const giveUp = Date.now() + timeoutMs;
  for (let waited = false; !create(path, String(process.pid)); waited = true) {
    removeIfStale(path);
    if (Date.now() > giveUp)
      throw new SetupError(`process ${holderOf(path)} still holds ${path}; end it or remove the file`);
    if (!waited) onWait(holderOf(path));
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

module.exports = { alive, withLock };
