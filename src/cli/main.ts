#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { PipelineError } from '../contracts/errors';
import { registerDoctor } from './commands/doctor';
import { registerExample } from './commands/example';
import { registerExplain } from './commands/explain';
import { registerInit } from './commands/init';
import { registerPersonas } from './commands/personas';
import { registerPlan } from './commands/plan';
import { registerRetry } from './commands/retry';
import { registerRun } from './commands/run';
import { registerRuns } from './commands/runs';
import { registerShow } from './commands/show';
import { registerUp } from './commands/up';
import { registerValidate } from './commands/validate';
import { registerWorker } from './commands/worker';
import { EXIT, exitCodeOf } from './exit-codes';
import { note } from './output';
import { version } from './version';

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 usage or config · 3 quality gate · 4 not found · 5 another run is open · 6 committed, not promoted · 130 interrupted`;

export function createProgram(): Command {
  const program = new Command('dramatis')
    .description('Warehouse exports into customer personas: durable, versioned, provable.')
    .version(version())
    .option('-p, --project <path>', 'folder of the project, or its dramatis.yaml', '.')
    .option('--home <path>', 'the store (default: .dramatis beside the project, or DRAMATIS_HOME)')
    .option('--data <path>', "folder with the source files, instead of the project's data/")
    .option('--json', 'one JSON document on stdout, nothing else')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const register of [
    registerInit,
    registerValidate,
    registerPlan,
    registerRun,
    registerRetry,
    registerRuns,
    registerShow,
    registerPersonas,
    registerExplain,
    registerExample,
    registerUp,
    registerWorker,
    registerDoctor,
  ]) {
    register(program);
  }
  // Global options may stand before or after the command.
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError('(see --help)');
    for (const option of program.options.filter(({ long }) => long !== '--version')) command.addOption(option);
  }
  return program;
}

/** Run one command line; never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'));
  }
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const code = error instanceof PipelineError ? error.code : 'ENGINE_FAILED';
  const message = error instanceof Error ? error.message : String(error);
  if (asJson) process.stdout.write(`${JSON.stringify({ error: { code, message, details: error instanceof PipelineError ? error.details : {} } }, null, 2)}\n`);
  else note(`\n${pc.red(code)} ${message}`);
  if (!(error instanceof PipelineError) && process.env.DRAMATIS_DEBUG) note(error instanceof Error ? (error.stack ?? '') : '');
  return exitCodeOf(code);
}

if (require.main === module) void main(process.argv);
