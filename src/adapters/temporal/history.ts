import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { HistoryReader } from '../../core/ports';

const POLL_MS = 100;

/** Reads closed histories through a client: the JSON that `temporal workflow show` prints and replay reads. */
export const createHistoryReader = (client: Client): HistoryReader => ({
  async closedHistory(workflowId, temporalRunId, patience, signal) {
    const deadline = Date.now() + patience;
    const handle = client.workflow.getHandle(workflowId, temporalRunId);
    for (;;) {
      signal.throwIfAborted();
      const { status, closeTime } = await handle.describe();
      if (status.name !== 'RUNNING') {
        const history = await handle.fetchHistory();
        return { json: JSON.parse(historyToJSON(history)) as unknown, events: history.events?.length ?? 0, closedAt: (closeTime ?? new Date(0)).toISOString() };
      }
      if (Date.now() > deadline) return null;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  },
});
