#!/usr/bin/env node
/**
 * `npm start`: from a fresh checkout to the personas of an example shop.
 * `npm start -- --example online-retail --data DIR` runs another example; all other arguments go to `dramatis example`.
 */
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { join } = require('node:path');
const { bootstrap } = require('./bootstrap.js');
const { ROOT } = require('./lib/paths.js');
const { runMain } = require('./lib/say.js');

const DEFAULT_EXAMPLE = 'shop';
const REPEAT_MS = 300;

/** Arguments of `npm start` → arguments of `dramatis`. */
function commandOf(args) {
  const rest = [];
  let example = DEFAULT_EXAMPLE;
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--example' && args[i + 1] !== undefined) example = args[(i += 1)];
    else if (args[i].startsWith('--example=')) example = args[i].slice('--example='.length);
    else rest.push(args[i]);
  }
  return ['example', example, '--run', ...rest];
}

/**
 * Runs a program, hands it every signal once, and waits for it.
 *
 * The program gets a process group of its own: at Ctrl-C the terminal signals the whole foreground group and npm signals its child
 * again, and a program that sees two takes the second for impatience.
 * @returns {Promise<number>} its exit code; 128 + n if signal n ended it.
 */
function runForwarding(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', detached: process.platform !== 'win32' });
  const last = new Map();
  const forward = (signal) => {
    const now = Date.now();
    if (now - (last.get(signal) ?? 0) >= REPEAT_MS) child.kill(signal);
    last.set(signal, now);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

module.exports = { commandOf, runForwarding };

if (require.main === module) {
  runMain(async () => {
    const { cli } = await bootstrap();
    if (cli !== null) process.env.TEMPORAL_CLI_PATH = cli.path; // so that it is not looked for again
    return runForwarding(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...commandOf(process.argv.slice(2))]);
  });
}
