const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const { filesBelow, portable } = require('./stamp.js');

// import() too: packages that are ES modules only are loaded by it.
const REQUIRE = /\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/g;
/** The workflow bundle repeats compiled files and carries paths of the building machine; the digests file cannot contain itself. */
const DERIVED = /^(workflow-bundle\.js|code-digests\.json)$/;
/** They carry calls and log lines; no byte of an artifact comes from them. */
const CARRIERS = /^(@temporalio\/|pino$)/;
/** Stages that call the WebAssembly kernels; `prepare` by measuring drift. */
const COMPUTING = new Set(['prepare', 'selection', 'clustering']);
/** Stages whose kernels run in a worker thread: no `require` leads from the activity to them. */
const THREADED = new Set(['selection', 'clustering']);

function resolveRelative(from, request) {
  const base = resolve(dirname(from), request);
  return [base, `${base}.js`, join(base, 'index.js'), `${base}.json`].find(
    (path) => /\.(js|json)$/.test(path) && existsSync(path),
  );
}

/** Name of the package in a request: `vega/build/x` → `vega`, `@scope/name/x` → `@scope/name`. */
const packageOf = (request) =>
  request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * What a compiled file needs at run time.
 * @returns {{files: Set<string>, packages: Set<string>}} absolute paths of itself and of all it requires by relative path, and names of packages.
 * @throws Error if a relative require leads nowhere.
 */
function walkRequires(entry) {
  const files = new Set();
  const packages = new Set();
  const open = [entry];
  while (open.length > 0) {
    const file = open.pop();
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith('.js')) continue;
    for (const [, request] of readFileSync(file, 'utf8').matchAll(REQUIRE)) {
      if (request.startsWith('node:')) continue;
      if (!request.startsWith('.')) {
        packages.add(packageOf(request));
        continue;
      }
      const found = resolveRelative(file, request);
      if (found === undefined) throw new Error(`${file} requires ${request}, which is not there`);
      open.push(found);
    }
  }
  return { files, packages };
}

/** `name@version` of installed packages; built-in modules have no package.json and are left out. */
function versionsOf(root, packages) {
  return [...packages]
    .filter((name) => !CARRIERS.test(name))
    .map((name) => [name, join(root, 'node_modules', name, 'package.json')])
    .filter(([, path]) => existsSync(path))
    .map(([name, path]) => `${name}@${JSON.parse(readFileSync(path, 'utf8')).version}`)
    .sort();
}

/** SHA-256 over sorted portable paths, each with the hash of its bytes, and over sorted package versions. */
function digestOf(root, dist, files, packages = new Set()) {
  const hash = createHash('sha256');
  const lines = [...files].map(
    (path) => `${portable(dist, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`,
  );
  for (const line of [...lines.sort(), ...versionsOf(root, packages)]) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** Parts of stages with an activity file of their own. */
const PARTS = { prepare: ['score-prepare', 'drift'], selection: ['score-selection'], clustering: ['holdout', 'score-clustering', 'challenge'] };

/**
 * Digest of the code behind each stage: part of every stage key, so a stage is done again when, and only when, code it runs has changed.
 *
 * `all` covers every compiled file (the WebAssembly kernels too) except the command line (its wording changes no result) and is used for a stage that has no
 * activity file of its own.
 * @param stages The stage names, as in contracts/stages.
 * @returns {{digests: Record<string, string>, missing: string[]}} hex SHA-256 per stage and `all`; stages without an activity.
 */
function codeDigests(root, dist, stages) {
  const wasm = join(dist, 'kernels.wasm');
  const code = filesBelow(dist).filter((path) => path === wasm || (path.endsWith('.js') && !DERIVED.test(portable(dist, path))));
  // Given to tasks by the thread that runs them, never required by an activity.
  const wrappers = code.filter((path) => portable(dist, path).startsWith('core/kernels/'));
  const digests = {
    all: digestOf(
      root,
      dist,
      code.filter((path) => !portable(dist, path).startsWith('cli/')),
    ),
  };
  const missing = [];
  for (const stage of stages) {
    const activity = join(dist, 'activities', `${stage}.js`);
    if (!existsSync(activity)) {
      missing.push(stage);
      digests[stage] = digests.all;
      continue;
    }
    const { files, packages } = walkRequires(activity);
    const parts = (PARTS[stage] ?? []).map((part) => join(dist, 'activities', `${part}.js`));
    for (const own of parts.filter((path) => existsSync(path)).map(walkRequires)) {
      for (const file of own.files) files.add(file);
      for (const name of own.packages) packages.add(name);
    }
    const thread = join(dist, 'workers', 'compute-thread.js');
    if (THREADED.has(stage) && existsSync(thread)) {
      const kernels = walkRequires(thread);
      for (const file of kernels.files)
        if (file === thread || portable(dist, file).startsWith('core/')) files.add(file);
      for (const name of kernels.packages) packages.add(name);
    }
    if (COMPUTING.has(stage) && existsSync(wasm)) for (const file of [wasm, ...wrappers]) files.add(file);
    // Inlined into the report as text, never required.
    if (stage === 'report')
      for (const file of code.filter((path) => /report-runtime[^/\\]*\.js$/.test(path))) files.add(file);
    digests[stage] = digestOf(root, dist, files, packages);
  }
  return { digests, missing };
}

module.exports = { codeDigests, walkRequires };
