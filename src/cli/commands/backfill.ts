import { InvalidArgumentError, Option, type Command } from 'commander';
import { REPROCESS, type BackfillControl, type BackfillProgress, type BackfillRequest, type Reprocess } from '../../contracts/backfill';
import { PipelineError } from '../../contracts/errors';
import { controlBackfill, findBackfill, progressOf, startBackfill } from '../../adapters/temporal/backfills';
import { datesOf } from '../../core/schedule/days';
import { permit } from '../../core/actors';
import { backfillPlanText, describePlan, progressText } from '../backfill-text';
import { watchBackfill } from '../backfill-watch';
import { EXIT } from '../exit-codes';
import { defaultActor, globalsOf, integer, type GlobalOptions } from '../options';
import { json, note, out } from '../output';
import { warnOfNewKey } from '../project-key';
import { assertBusinessDate, requestWithoutDay } from '../request';
import { openSession, type Session } from '../session';
import { openWorkspace, releaseOf, type Workspace } from '../workspace';

interface BackfillOptions {
  readonly from?: string;
  readonly to?: string;
  readonly every: string;
  readonly reprocess: Reprocess;
  readonly lanes: number;
  readonly model: 'refit' | 'pinned';
  readonly modelRelease?: number;
  readonly knownAt?: string;
  readonly promote?: boolean;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
  readonly worker: boolean;
  readonly actor?: string;
  readonly reason?: string;
}

async function requestOfBackfill(workspace: Workspace, options: BackfillOptions): Promise<BackfillRequest> {
  const { from, to, every, reprocess, lanes, model, knownAt, promote = false, actor, reason } = options;
  if (from === undefined || to === undefined)
    throw new PipelineError('CONFIG_INVALID', 'a backfill needs its first and last day: give --from YYYY-MM-DD and --to YYYY-MM-DD');
  if (reason === undefined && !options.dryRun) throw new PipelineError('CONFIG_INVALID', 'a backfill needs a --reason, for the ledger');
  for (const day of [from, to]) assertBusinessDate(day);
  datesOf(from, to, every);
  if (options.modelRelease !== undefined && model !== 'pinned')
    throw new PipelineError('CONFIG_INVALID', '--model-release names the model to pin: give --model pinned too');
  // Pinned here and now: whatever becomes current meanwhile, every day is scored by the same model.
  const modelRelease = model === 'pinned' ? (await releaseOf(workspace, options.modelRelease)).n : null;
  const mode = model === 'pinned' ? 'score' : 'refit';
  const {
    reprocess: _,
    retryOf: __,
    ...refresh
  } = await requestWithoutDay(workspace, {
    kind: 'backfill',
    mode,
    modelRelease,
    ...(knownAt !== undefined && { knownAt }),
    ...(actor !== undefined && { actor }),
    ...(reason !== undefined && { reason }),
  });
  return { from, to, every, reprocess, lanes, promote, refresh };
}

const sessionOf = (workspace: Workspace, { json: quiet = false }: GlobalOptions, worker: boolean): Promise<Session> => {
  const { engine } = workspace.resolved.config;
  return openSession({
    home: workspace.store.home,
    worker,
    quiet,
    memoryLimit: engine.memoryLimit,
    ...(engine.threads !== undefined && { threads: engine.threads }),
  });
};

async function run(options: BackfillOptions, globals: GlobalOptions): Promise<void> {
  const workspace = await openWorkspace(globals);
  const request = await requestOfBackfill(workspace, options);
  if (options.dryRun) {
    const plan = await describePlan(workspace, request);
    return globals.json ? json(plan) : out(backfillPlanText(plan));
  }
  const { project, environment, actor, reason } = request.refresh;
  await permit(workspace.store.ledger, { action: 'backfill', actor, reason, subject: `${project}/${environment}`, at: new Date().toISOString() });
  const worker = options.worker && !options.detach;
  if (worker) await warnOfNewKey(workspace, globals.json === true);
  const session = await sessionOf(workspace, globals, worker);
  try {
    const { handle, joined } = await startBackfill(session.client, request);
    if (joined && !globals.json) note('a backfill of these days that asks for the same is open: waiting for it');
    if (options.detach)
      return globals.json
        ? json({ id: handle.workflowId, joined })
        : out(`${handle.workflowId} is ${joined ? 'under way' : 'started'}; "dramatis backfill status" tells how far it is`);
    show(await watchBackfill(handle, { actor: request.refresh.actor, quiet: globals.json === true }), globals);
  } finally {
    await session.close();
  }
}

/** The end of a backfill; days that failed are an error. */
function show(progress: BackfillProgress, globals: GlobalOptions): void {
  if (globals.json) json(progress);
  else out(progressText(progress));
  if (progress.status === 'cancelled') process.exitCode = EXIT.interrupted;
  if (progress.status !== 'incomplete') return;
  const failed = progress.done.filter(({ outcome }) => outcome === 'failed' || outcome === 'cancelled');
  const what = failed.length > 0 ? `no release of ${failed.map(({ asOf, code }) => `${asOf} (${code})`).join(', ')}` : 'it stopped early';
  const message = `${what}${progress.because === null ? '' : `; ${progress.because}`}: mend the cause, then start it again with --reprocess failed`;
  if (globals.json) process.exitCode = EXIT.failed;
  else throw new PipelineError('BACKFILL_INCOMPLETE', message, { failed: failed.map(({ asOf }) => asOf) });
}

async function status({ from, to }: BackfillOptions, globals: GlobalOptions): Promise<void> {
  const workspace = await openWorkspace(globals);
  const session = await sessionOf(workspace, globals, true);
  try {
    const { project, environment } = workspace.resolved.config;
    const handle = await findBackfill(session.client, { project, environment, from, to });
    const progress = await progressOf(handle);
    if (globals.json) json({ id: handle.workflowId, ...progress });
    else out(`${handle.workflowId}\n${progressText(progress)}`);
  } finally {
    await session.close();
  }
}

async function control(
  action: BackfillControl['action'],
  { from, to, actor = defaultActor(), reason }: BackfillOptions,
  globals: GlobalOptions,
): Promise<void> {
  if (reason === undefined) throw new PipelineError('CONFIG_INVALID', `to ${action} a backfill takes a --reason, for the ledger`);
  const workspace = await openWorkspace(globals);
  const session = await sessionOf(workspace, globals, false);
  try {
    const { project, environment } = workspace.resolved.config;
    const handle = await findBackfill(session.client, { project, environment, from, to });
    await permit(workspace.store.ledger, { action: action === 'cancel' ? 'cancel' : 'pause', actor, reason, subject: handle.workflowId, at: new Date().toISOString() });
    await controlBackfill(handle, { action, actor, reason });
    if (globals.json) json({ id: handle.workflowId, action });
    else
      out(
        `${handle.workflowId}: asked to ${action}; days that are open ${action === 'cancel' ? 'are cancelled' : action === 'pause' ? 'stop before their turn' : 'go on'}`,
      );
  } finally {
    await session.close();
  }
}

const step = (text: string): string => {
  if (/^[1-9]\d{0,2}(d|w|mo)$/.test(text)) return text;
  throw new InvalidArgumentError('Give a step such as 1d, 1w or 1mo.');
};

export const registerBackfill = (program: Command): void => {
  const backfill = program
    .command('backfill')
    .description('runs of many days of before: start, status, pause, resume, cancel')
    .option('--from <date>', 'first as-of date')
    .option('--to <date>', 'last as-of date, inclusive')
    .option('--every <step>', 'from one day to the next: 1d, 1w, 1mo', step, '1d')
    .addOption(
      new Option('--reprocess <which>', 'days to run again: none, those that failed, or those too that are done').choices(REPROCESS).default('none'),
    )
    .option('--lanes <n>', 'days that are worked on at a time', integer(1, 16), 2)
    .addOption(new Option('--model <model>', 'fit each day anew, or score all with one model').choices(['refit', 'pinned']).default('refit'))
    .option('--model-release <n>', 'with --model pinned: the model of this release instead of the current one', integer(1))
    .option('--known-at <timestamp>', 'rebuild what was known then: ignore rows loaded after this')
    .option('--promote', 'make the release of the last day current, unless one of a later day is')
    .option('--dry-run', 'what would run, what is done already, and how long it would take')
    .option('--detach', 'start it and leave; a worker must run elsewhere (dramatis up)')
    .option('--actor <name>', 'who acts (default: the operating-system user)')
    .option('--reason <text>', 'why, for the ledger')
    .option('--no-worker', 'leave the work to workers that run elsewhere')
    .addHelpText(
      'after',
      '\nStarting the same range again goes on where it stopped. Ctrl-C cancels; what is done stays.\n\nExamples:\n  dramatis backfill --from 2026-06-01 --to 2026-06-30 --dry-run\n  dramatis backfill --from 2026-06-01 --to 2026-06-30 --model pinned --reason "history for the board"\n  dramatis backfill status\n  dramatis backfill pause --reason "month end"',
    )
    .action((options: BackfillOptions, command: Command) => run(options, globalsOf(command)));
  backfill
    .command('status')
    .description('how far a backfill is: the open one, or that of --from and --to')
    .addHelpText('after', '\nExamples:\n  dramatis backfill status --json')
    .action((_: unknown, command: Command) => status(command.optsWithGlobals(), globalsOf(command)));
  for (const [action, says] of [
    ['pause', 'take no further day and no further turn'],
    ['resume', 'go on'],
    ['cancel', 'cancel the days that are open and end; what is done stays'],
  ] as const) {
    backfill
      .command(action)
      .description(says)
      .addHelpText('after', `\nExamples:\n  dramatis backfill ${action} --reason "month end"`)
      .action((_: unknown, command: Command) => control(action, command.optsWithGlobals(), globalsOf(command)));
  }
};
