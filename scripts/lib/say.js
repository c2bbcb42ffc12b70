/** Lines for people go to stderr: stdout belongs to the program that is started afterwards. */
const say = (line) => process.stderr.write(`${line}\n`);

/** A failure that a person can act on: printed without a stack. */
class SetupError extends Error {
  name = 'SetupError';
}

/** Runs a script's main function; ends the process with its exit code. */
function runMain(main) {
  main().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error) => {
      say(error instanceof SetupError ? `dramatis: ${error.message}` : String(error?.stack ?? error));
      process.exitCode = 1;
    },
  );
}

module.exports = { SetupError, runMain, say };
