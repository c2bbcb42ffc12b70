#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { asStoreError } from '../adapters/artifacts';
import { PipelineError } from '../contracts/errors';
import { EXIT, EXIT_HELP, exitCodeOf } from './exit-codes';
import { json, note } from './output';
import { survivesClosedPipe } from './closed-pipe';
import { version } from './version';

/** Every command, in the order of the help; its code is loaded when it is wanted: a command needs a fraction of all. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  init: async () => (await import('./commands/init.js')).registerInit,
  validate: async () => (await import('./commands/validate.js')).registerValidate,
  plan: async () => (await import('./commands/plan.js')).registerPlan,
  run: async () => (await import('./commands/run.js')).registerRun,
  retry: async () => (await import('./commands/retry.js')).registerRetry,
  backfill: async () => (await import('./commands/backfill.js')).registerBackfill,
  runs: async () => (await import('./commands/runs.js')).registerRuns,
  schedule: async () => (await import('./commands/schedule.js')).registerSchedule,
  show: async () => (await import('./commands/show.js')).registerShow,
  personas: async () => (await import('./commands/personas.js')).registerPersonas,
  explain: async () => (await import('./commands/explain.js')).registerExplain,
  audit: async () => (await import('./commands/audit.js')).registerAudit,
  approve: async () => (await import('./commands/approve.js')).registerApprove,
  reject: async () => (await import('./commands/reject.js')).registerReject,
  actor: async () => (await import('./commands/actor.js')).registerActor,
  gdpr: async () => (await import('./commands/gdpr.js')).registerGdpr,
  example: async () => (await import('./commands/example.js')).registerExample,
  lab: async () => (await import('./commands/lab.js')).registerLab,
  rollback: async () => (await import('./commands/rollback.js')).registerRollback,
  hold: async () => (await import('./commands/hold.js')).registerHold,
  gc: async () => (await import('./commands/gc.js')).registerGc,
  up: async () => (await import('./commands/up.js')).registerUp,
  worker: async () => (await import('./commands/worker.js')).registerWorker,
  doctor: async () => (await import('./commands/doctor.js')).registerDoctor,
};

/** The command that a command line begins with: no other is loaded then. Help, mistakes and options that come first need all of them. */
const wanted = ([, , first = '']: readonly string[]): readonly string[] => (Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS));

/** @param quiet Usage errors are reported by `main`, as JSON. */
async function createProgram(names: readonly string[], quiet: boolean): Promise<Command> {
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
  for (const name of names) (await COMMANDS[name]())(program);
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
    const program = await createProgram(wanted(argv), asJson);
    await program.parseAsync([...argv]);
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
