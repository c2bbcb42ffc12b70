import { NativeConnection } from '@temporalio/worker';
import { unreachable, type TemporalTarget } from './connect';

/**
 * Apart from `connect.ts`: a command connects as a client, and the worker's packages take longer to load than all it has to do.
 *
 * @throws PipelineError `TEMPORAL_UNREACHABLE`. Close the connection after the workers on it have ended.
 */
export async function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(target.worker);
  } catch (error) {
    throw unreachable(target, error);
  }
}
