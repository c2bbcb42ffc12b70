import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isAlive, processId, type ProcessId } from '../processes';

interface WorkerFile {
  readonly process: ProcessId;
  /** The Temporal it polls. */
  readonly address: string;
}

/** Who is the worker of a store: `<home>/temporal/worker.json`. */
const pathOf = (home: string): string => resolve(home, 'temporal', 'worker.json');

async function read(home: string): Promise<WorkerFile | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(home), 'utf8')) as WorkerFile;
  } catch {
    return undefined;
  }
}

/** Whether a worker of this store polls this Temporal: it is used rather than a second one started. */
export async function workerIsAlive(home: string, address: string): Promise<boolean> {
  const file = await read(home);
  return file !== undefined && file.address === address && isAlive(file.process);
}

/** Called by the worker once it polls; the function returned takes the entry back, before the worker begins to drain. */
export async function registerWorker(home: string, address: string): Promise<() => Promise<void>> {
  await mkdir(resolve(home, 'temporal'), { recursive: true });
  await writeFile(pathOf(home), JSON.stringify({ process: processId(process.pid), address } satisfies WorkerFile));
  return async () => {
    if ((await read(home))?.process.pid === process.pid) await rm(pathOf(home), { force: true });
  };
}
