const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { say } = require('./say.js');

/** Jest's report → counts. A test file that could not even be loaded has no tests to fail, so it counts as one failure. */
function countsOf({ numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests };
}

/**
 * Runs jest once; its own output goes to stderr.
 * @returns {Promise<{passed: number, failed: number, skipped: number}>} a jest that ends without a report counts as one failure.
 */
async function runJest(root, args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-jest-'));
  const report = join(folder, 'report.json');
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  try {
    const child = spawn(process.execPath, [jest, '--json', `--outputFile=${report}`, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'], // --json repeats the report on stdout
    });
    const code = await new Promise((done, failed) => child.once('error', failed).once('close', done));
    const counts = countsOf(JSON.parse(readFileSync(report, 'utf8')));
    // Such as an open handle or a coverage threshold: nothing failed, and yet jest is not content.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    say(`tests: jest ended without a report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the sums; the last line is the only one on stdout. @returns The exit code. */
function conclude(runs) {
  const sum = (key) => runs.reduce((total, counts) => total + counts[key], 0);
  if (sum('skipped') > 0) say(`${sum('skipped')} skipped`);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

module.exports = { conclude, countsOf, runJest };
