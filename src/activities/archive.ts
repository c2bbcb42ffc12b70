import { Context } from '@temporalio/activity';
import type { ArchiveInput } from '../contracts/activities';
import type { ArtifactStore, HistoryReader, Ledger } from '../core/ports';

export interface ArchiveDeps {
  readonly histories: HistoryReader;
  readonly artifacts: ArtifactStore;
  readonly ledger: Ledger;
}

/** How long a run that said it is closing may take to close. */
const PATIENCE_MS = 15_000;

/** Keep the history of a run as an artifact and its hash in the ledger. Safe to run twice: the same history has the same name. */
export const createArchiveHistory = ({ histories, artifacts, ledger }: ArchiveDeps) =>
  async function archiveHistory({
    runId,
    workflowId,
    temporalRunId,
  }: ArchiveInput): Promise<{ readonly sha256: string; readonly events: number } | null> {
    const { cancellationSignal } = Context.current();
    const history = await histories.closedHistory(workflowId, temporalRunId, PATIENCE_MS, cancellationSignal);
    if (!history) return null;
    const { json, events, closedAt } = history;
    const { sha256 } = await artifacts.writeJson('run.history', json);
    await ledger.append({
      type: 'run.archived',
      actor: 'dramatis',
      reason: 'the history of every run is kept',
      at: closedAt,
      subject: runId,
      body: { workflowId, temporalRunId, sha256, events },
    });
    return { sha256, events };
  };
