'use strict';
/**
 * Loaded before everything else in the worker of a test (NODE_OPTIONS=--require): every change of the file system through node is a fault point,
 * named by what it does and the kind of place, numbered by occurrence: "rename .dramatis/objects/sha256/(digest) #3". The product knows nothing of it.
 *
 * DRAMATIS_FAULT_PLAN is JSON: `record`, a file that the names are appended to, or `faults`, a list of {point, how}, each done once: `folder` keeps
 * a file for every fault that was done, so that the next process knows.
 */
const { isMainThread } = require('node:worker_threads');
const { appendFileSync, closeSync, openSync, readFileSync, writeFileSync, truncateSync, statSync } = require('node:fs');
const promises = require('node:fs/promises');
const { join, sep } = require('node:path');

/** How long a hang blocks the process: more than the heartbeat timeout of activities. */
const HANG_MS = 12_000;
const VARIABLE = /^(?:sql-)?(?:[0-9a-f]{2}|[0-9a-f]{32,}|[0-9a-f]{8}-\d+-\w+-[0-9a-f-]{36}|\d+)(?=$|[.-])/;

/** The kind of a path: below the project's store or its targets, without digests, numbers and names of processes. */
function kindOf(path) {
  const parts = String(path).split(sep);
  const store = parts.lastIndexOf('.dramatis');
  const shown = parts.slice(store >= 0 ? store + 1 : Math.max(parts.length - 3, 0));
  return shown.map((part) => part.replace(VARIABLE, '(id)').replace(/[0-9a-f]{16,}/g, '(id)')).join('/');
}

function homeOf(path) {
  const at = String(path).lastIndexOf(`${sep}.dramatis${sep}`);
  return at < 0 ? null : String(path).slice(0, at + 1 + '.dramatis'.length);
}

const plan = isMainThread && /workers[/\\]main\.js$/.test(process.argv[1] ?? '') ? JSON.parse(process.env.DRAMATIS_FAULT_PLAN ?? 'null') : null;

if (plan !== null) {
  const counts = new Map();
  let home = null;
  const markerOf = (fault) => join(plan.folder, encodeURIComponent(`${fault.how} ${fault.point}`).slice(0, 200));
  /** True for the one who does the fault. */
  const claim = (fault) => {
    try {
      closeSync(openSync(markerOf(fault), 'wx'));
      return true;
    } catch {
      return false;
    }
  };
  const die = () => {
    process.kill(process.pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);
  };
  const failure = (point) => Object.assign(new Error(`EIO: i/o error, ${point}`), { code: 'EIO', errno: -5, syscall: 'write' });

  /** Reached before the change is made; `partly` makes half of it. */
  const reached = async (operation, path, partly) => {
    home = homeOf(path) ?? home;
    const name = `${operation} ${kindOf(path)}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const point = `${name} #${count}`;
    if (plan.record) {
      appendFileSync(plan.record, `${JSON.stringify({ point, partial: partly !== undefined })}\n`);
      return;
    }
    for (const fault of plan.faults.filter((one) => one.point === point)) {
      if (!claim(fault)) continue;
      if (fault.how === 'throw') throw failure(point);
      if (fault.how === 'exit') process.exit(3);
      if (fault.how === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HANG_MS);
      if (fault.how === 'partial') {
        await partly?.();
        die();
      }
      if (fault.how === 'kill') die();
      if (fault.how === 'server' && home !== null) {
        const { process: server } = JSON.parse(readFileSync(join(home, 'temporal', 'server.json'), 'utf8'));
        if (server !== null) process.kill(server.pid, 'SIGKILL');
      }
    }
  };

  const wrap = (operation, pathAt, partlyOf) => {
    const original = promises[operation];
    promises[operation] = async (...args) => {
      await reached(operation, args[pathAt], partlyOf && (() => partlyOf(args)));
      return original(...args);
    };
  };
  const halve = (file) => truncateSync(file, Math.floor(statSync(file).size / 2));
  wrap('rename', 1, ([from]) => (statSync(from).isFile() ? halve(from) : undefined));
  wrap('link', 1, ([from]) => halve(from));
  wrap('symlink', 1);
  wrap('mkdir', 0);
  wrap('rm', 0);
  wrap('unlink', 0);
  wrap('writeFile', 0, ([file, data]) => writeFileSync(file, Buffer.from(data).subarray(0, Math.floor(Buffer.byteLength(data) / 2))));

  const open = promises.open;
  promises.open = async (path, flags, ...rest) => {
    const writes = typeof flags === 'string' && /[wax+]/.test(flags);
    if (writes && flags !== 'r+') await reached('open', path);
    const handle = await open(path, flags, ...rest);
    if (!writes) return handle;
    const write = handle.writeFile.bind(handle);
    handle.writeFile = async (data, ...more) => {
      await reached('write', path, () => handle.write(Buffer.from(data).subarray(0, Math.floor(Buffer.byteLength(data) / 2))));
      return write(data, ...more);
    };
    return handle;
  };
}
