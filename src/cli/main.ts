#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { asStoreError } from '../adapters/artifacts';
import { PipelineError } from '../contracts/errors';
import { registerActor } from './commands/actor';
import { registerApprove } from './commands/approve';
import { registerAudit } from './commands/audit';
import { registerBackfill } from './commands/backfill';
import { registerDoctor } from './commands/doctor';
import { registerExample } from './commands/example';
import { registerExplain } from './commands/explain';
import { registerGc } from './commands/gc';
import { registerGdpr } from './commands/gdpr';
import { registerHold } from './commands/hold';
import { registerInit } from './commands/init';
import { registerLab } from './commands/lab';
import { registerPersonas } from './commands/personas';
import { registerPlan } from './commands/plan';
import { registerReject } from './commands/reject';
import { registerRetry } from './commands/retry';
import { registerRollback } from './commands/rollback';
import { registerRun } from './commands/run';
import { registerRuns } from './commands/runs';
import { registerSchedule } from './commands/schedule';
import { registerShow } from './commands/show';
import { registerUp } from './commands/up';
import { registerValidate } from './commands/validate';
import { registerWorker } from './commands/worker';
import { EXIT, EXIT_HELP, exitCodeOf } from './exit-codes';
import { json, note } from './output';
import { survivesClosedPipe } from './closed-pipe';
import { version } from './version';

/** @param quiet Usage errors are reported by `main`, as JSON. */
export function createProgram({ quiet = false }: { readonly quiet?: boolean } = {}): Command {
  const program = new Command('dramatis')
    // What the commands below take over must be set before they are made.
    .configureOutput(quiet ? { writeErr: () => undefined } : {})
    .description('Warehouse exports into customer personas: durable, versioned, provable.')
    .version(version())
    .option('-p, --project <path>', 'folder of the project, or its dramatis.yaml', '.')
    .option('--home <path>', 'the store (default: .dramatis beside the project, or DRAMATIS_HOME)')
    .option('--data <path>', "folder with the source files, instead of the project's data/")
    .option('--json', 'one JSON document on stdout, nothing else')
    .addHelpText('after', `\n${EXIT_HELP}`)
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const register of [
    registerInit,
    registerValidate,
    registerPlan,
    registerRun,
    registerRetry,
    registerBackfill,
    registerRuns,
    registerSchedule,
    registerShow,
    registerPersonas,
    registerExplain,
    registerAudit,
    registerApprove,
    registerReject,
    registerActor,
    registerGdpr,
    registerExample,
    registerLab,
    registerRollback,
    registerHold,
    registerGc,
    registerUp,
    registerWorker,
    registerDoctor,
  ]) {
    register(program);
  }
  // Global options may stand before or after the command.
  for (const command of program.commands) acceptGlobals(command, program);
  return program;
}

function acceptGlobals(command: Command, program: Command): void {
  command.exitOverride().showHelpAfterError('(see --help)');
  for (const option of program.options.filter(({ long }) => long !== '--version')) command.addOption(option);
  for (const sub of command.commands) acceptGlobals(sub, program);
}

/** Run one command line; never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  const asJson = argv.includes('--json');
  survivesClosedPipe(process.stdout);
  survivesClosedPipe(process.stderr);
  try {
    await createProgram({ quiet: asJson }).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error, asJson);
  }
}

function report(thrown: unknown, asJson: boolean): number {
  if (thrown instanceof CommanderError) return reportUsage(thrown, asJson);
  const error = asStoreError(thrown);
  const code = error instanceof PipelineError ? error.code : 'ENGINE_FAILED';
  const message = error instanceof Error ? error.message : String(error);
  if (asJson) json({ error: { code, message, details: error instanceof PipelineError ? error.details : {} } });
  else note(`\n${pc.red(code)} ${message}`);
  if (!(error instanceof PipelineError) && process.env.DRAMATIS_DEBUG) note(error instanceof Error ? (error.stack ?? '') : '');
  return exitCodeOf(code);
}

/** Help and version end like errors do, with code 0; a command line without a command gets the help as its error. */
function reportUsage({ code, exitCode, message }: CommanderError, asJson: boolean): number {
  if (exitCode === 0) return EXIT.ok;
  const said = code === 'commander.help' ? 'name a command; dramatis --help lists them' : message.replace(/^error: /, '');
  if (asJson) json({ error: { code: 'USAGE', message: said, details: {} } });
  return EXIT.usage;
}

if (require.main === module) void main(process.argv);
