import { copyFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { makeFolder } from '../adapters/artifacts/files';
import { PipelineError } from '../contracts/errors';
import type { Approval, Decision, HeldRelease, SignedDecision } from '../contracts/gate';
import type { RefreshSummary } from '../contracts/run';
import { registryOf, signStatement } from '../core/actors';
import type { RunRecord } from '../core/ports';
import { confirm } from './confirm';
import { EXIT } from './exit-codes';
import { defaultActor } from './options';
import { json, note, out } from './output';
import { readResult } from './run-result';
import { closedOrHeld, toPipelineError } from './run-to-end';
import { openSession } from './session';
import { signerOf, type Signer } from './signer';
import type { Workspace } from './workspace';

export interface DecisionOptions {
  readonly reason: string;
  readonly actor?: string;
  readonly key?: string;
  readonly yes?: boolean;
}

export const withDecisionOptions = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why; it is signed, and stands in the ledger')
    .option('--actor <name>', 'who decides (default: DRAMATIS_ACTOR, or the operating-system user)')
    .option('--key <file>', 'the private key to sign with (default: DRAMATIS_ACTOR_KEY, or where "actor add" put it)')
    .option('--yes', 'sign without asking');

/** Show a held release, sign a decision about exactly its digest, hand it to the run, and wait for what comes of it. */
export async function decide(
  workspace: Workspace,
  runId: string,
  decision: Decision['decision'],
  options: DecisionOptions,
  asJson: boolean,
): Promise<void> {
  const { store } = workspace;
  if (options.reason.trim() === '') throw new PipelineError('CONFIG_INVALID', 'say why: --reason "…"');
  const run = await store.runs.read(runId);
  const { hold } = run;
  if (run.status !== 'held' || !hold)
    throw new PipelineError('NOT_HELD', `${runId} is ${run.status}: it does not wait for an approval`, { runId, status: run.status });
  const signer = await signerOf(registryOf(await store.ledger.read()), options.actor ?? defaultActor(), options.key);
  const report = await reportOf(workspace, runId, hold);
  if (!asJson) show(runId, hold, report);
  if (options.yes !== true) await confirm(`${decision} ${runId} as ${signer.name}?`);
  const signed = signDecision({ run: runId, digest: hold.digest, decision, reason: options.reason }, signer);
  const approval = await send(workspace, run, signed, asJson);
  const what = { run: runId, decision, digest: hold.digest, actor: signer.name, keyId: signer.keyId };
  if (approval.summary === null) {
    if (asJson) json(what);
    else out(`rejected: ${runId} is not released; the last release stays current`);
    return;
  }
  const { paths } = await readResult(workspace, approval.summary);
  const { release, outcome, digest } = approval.summary;
  if (outcome === 'superseded') process.exitCode = EXIT.superseded;
  const rejected = decision === 'reject';
  if (asJson) return json({ ...what, ...(rejected ? { released: digest } : { digest }), release, outcome, paths });
  if (rejected) out(`rejected: the new model does not take over, the current one scores on`);
  out(`${outcome}: release ${release}, digest ${digest.slice(0, 16)}${rejected ? '' : `, approved by ${signer.name}`}\nreport    ${paths.report}`);
}

export function signDecision(what: Pick<Decision, 'run' | 'digest' | 'decision' | 'reason'>, { name, keyId, key }: Signer): SignedDecision {
  const statement: Decision = { purpose: 'dramatis/decision/1', ...what, actor: name, at: new Date().toISOString() };
  return { statement, keyId, signature: signStatement(statement, key) };
}

/** An object has no file type that a browser would open: the report gets a name beside the run's record. */
async function reportOf({ store: { home, artifacts } }: Workspace, runId: string, { report }: HeldRelease): Promise<string | null> {
  if (report === null) return null;
  const path = resolve(home, 'runs', runId, 'report.html');
  await makeFolder(dirname(path));
  await copyFile(await artifacts.path(report), path);
  return path;
}

function show(runId: string, { reasons, digest, since, until }: HeldRelease, report: string | null): void {
  note(`${runId} is held since ${since}, until ${until}, because`);
  for (const { rule, message } of reasons) note(`  ${rule.padEnd(15)} ${message}`);
  note(`report    ${report ?? 'none'}\ndigest    ${digest}`);
}

async function send(
  { store }: Workspace,
  run: RunRecord,
  signed: SignedDecision,
  quiet: boolean,
): Promise<{ readonly approval: Approval; readonly summary: RefreshSummary | null }> {
  const session = await openSession({ home: store.home, worker: true, quiet });
  try {
    const handle = session.client.workflow.getHandle(run.workflowId, run.temporalRunIds.at(-1));
    const { decision } = signed.statement;
    const approval = await handle.executeUpdate<Approval, [SignedDecision]>(decision, { args: [signed] }).catch((error: unknown) => {
      throw asRefusal(error, run);
    });
    return { approval, summary: await ended(handle, decision) };
  } finally {
    await session.close();
  }
}

/**
 * A rejected run ends as a failure that was asked for, unless only a new model was rejected: then the one of before is released.
 *
 * @throws PipelineError `RELEASE_HELD` where what it made of the decision is held again.
 */
async function ended(handle: WorkflowHandle, decision: Decision['decision']): Promise<RefreshSummary | null> {
  try {
    await closedOrHeld(handle);
    return (await handle.result()) as RefreshSummary;
  } catch (thrown) {
    const error = toPipelineError(thrown);
    if (decision === 'reject' && error instanceof PipelineError && error.code === 'RELEASE_REJECTED') return null;
    throw error;
  }
}

function asRefusal(error: unknown, { runId }: RunRecord): unknown {
  if (error instanceof WorkflowNotFoundError)
    return new PipelineError('NOT_HELD', `${runId} has ended meanwhile: it does not wait for an approval`, { runId });
  return error instanceof WorkflowUpdateFailedError ? toPipelineError(error) : error;
}
