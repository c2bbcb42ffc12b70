const { spawn } = require('node:child_process');

/**
 * Runs a program to its end.
 * @returns {Promise<{code: number, output: string}>} exit code (127: could not be started, 128 + n: ended by signal n) and what it
 *   printed on both streams, unless `inherit` let it through.
 */
function run(command, args, { cwd, env, inherit = false, timeoutMs } = {}) {
  return new Promise((done) => {
    // npm and pip are .cmd files on Windows, which only a shell can start.
    const shell = process.platform === 'win32' && !/\.exe$/i.test(command) && command !== process.execPath;
    const stdio = ['ignore', inherit ? 2 : 'pipe', inherit ? 2 : 'pipe'];
    const child = spawn(command, args, { cwd, env, shell, stdio, timeout: timeoutMs });
    let output = '';
    const take = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', (error) => done({ code: 127, output: error.message }));
    child.once('close', (code, signal) =>
      done({ code: code ?? 128 + (require('node:os').constants.signals[signal] ?? 0), output }),
    );
  });
}

module.exports = { run };
