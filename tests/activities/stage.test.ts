import { MockActivityEnvironment } from '@temporalio/testing';
import { createStage, type StageDefinition, type WorkerDeps } from '../../src/activities/stage';
import type { RunContext, StageResult } from '../../src/contracts/run';

const done = { stage: 'clean', key: 'k', outputs: {}, rowsIn: 1, rowsOut: 1, summary: '', warnings: [], facts: {} } as unknown as StageResult;
const deps = {
  artifacts: { readJson: () => Promise.resolve({ config: { modeling: { seed: 0 } }, sql: {} }) },
  stages: { find: () => Promise.resolve(done) },
  models: { get: () => ({ sha256: '' }) },
  code: { digest: 'd', stages: {} },
  engine: { kernels: 'here/1' },
  now: () => 0,
  fault: () => undefined,
} as unknown as WorkerDeps;
const definition: StageDefinition = { stage: 'clean', reads: [], configOf: () => ({}), work: () => Promise.reject(new Error('not asked for')) };
const stageOf = (kernels?: string): Promise<StageResult> => {
  const run = { runId: 'shop-prod-2026-01-01-1', asOf: '2026-01-01', knownAt: null, ...(kernels !== undefined && { kernels }) } as RunContext;
  return new MockActivityEnvironment().run(createStage(definition, deps), { run, inputs: {} }) as Promise<StageResult>;
};

it('a run goes on with the kernels that it was opened with, and with no others', async () => {
  expect((await stageOf('here/1')).observed.reused).toBe(true);
  // Opened by an earlier version.
  expect((await stageOf()).observed.reused).toBe(true);
  await expect(stageOf('there/1')).rejects.toMatchObject({ code: 'KERNELS_MIXED', message: expect.stringContaining('there/1') });
});
