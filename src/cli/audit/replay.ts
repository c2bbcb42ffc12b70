import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { createArtifactStore, createOverlayStore } from '../../adapters/artifacts';
import { erasedAmong } from '../../adapters/artifacts/erasures';
import { KERNEL_NAMES, KERNELS } from '../../adapters/compute';
import type { Store } from '../../adapters/store';
import { PipelineError } from '../../contracts/errors';
import { createWorkerDeps, machineOptions, type MachineOptions } from '../../workers/deps';
import { EXIT } from '../exit-codes';
import { abortOnInterrupt } from '../lab/interrupt';
import { createProgress } from '../lab/progress';
import { globalsOf } from '../options';
import { duration, json, out, table } from '../output';
import { storeToAudit } from './open-store';
import { notReplayable, recordedOutputs, replayRun, type Replay } from './replay-run';
import { definitionsOf, finishedRun } from './run-inputs';
import { addWhoAndWhy, whoAndWhy, type WhoAndWhy } from './who-and-why';

export const registerReplay = (audit: Command): void => {
  addWhoAndWhy(audit.command('replay <run>'))
    .description('work every stage of a run out again from its stored extract, and compare: identical bytes, identical values, or the first step that differs')
    .addHelpText('after', '\nNothing is published and no artifact is added to the store; the ledger gets an entry.\n\nExamples:\n  dramatis audit replay shop-demo-2026-06-30-1\n  dramatis audit replay RUN --json | jq .verdict')
    .action(async (runId: string, who: WhoAndWhy, command: Command) => {
      const options = globalsOf(command);
      const store = storeToAudit(options);
      const act = whoAndWhy(who, 'replayed from the command line');
      const replay = await replayAside(store, runId, process.stderr.isTTY && !options.json);
      const { verdict, first, sameCode, sameEngine, resultDigest } = replay;
      await store.ledger.append({ type: 'run.replayed', ...act, subject: runId, body: { replayedAt: act.at, verdict, first: first?.stage ?? null, sameCode, sameEngine, resultDigest: resultDigest.replayed } });
      if (options.json) json(replay);
      else print(replay);
      if (verdict === 'differs') process.exitCode = EXIT.failed;
    });
};

/** This machine with the kernels that the run used, whatever its own choice is; of kernels it does not have, with its own: the replay says that the engine differs. */
function asRecorded(name: string | undefined): MachineOptions {
  const machine = machineOptions();
  return { ...machine, kernels: KERNELS.find((kernels) => KERNEL_NAMES[kernels] === name) ?? machine.kernels };
}

/** Replay with everything that is written going to a folder of its own, removed at the end. */
async function replayAside(store: Store, runId: string, showProgress: boolean): Promise<Replay> {
  const run = await finishedRun(store, runId);
  const { facts } = run.manifest;
  const erased = await erasedAmong(store.shelf, recordedOutputs(facts));
  if (erased.length > 0) return notReplayable(run, erased);
  const folder = await mkdtemp(join(tmpdir(), 'dramatis-replay-'));
  const artifacts = createOverlayStore(createArtifactStore(folder), store.artifacts);
  const { deps, close } = createWorkerDeps({ ...store, home: folder, artifacts }, asRecorded(facts.engine.kernels));
  const interrupt = abortOnInterrupt();
  const progress = createProgress(showProgress);
  try {
    return await replayRun({
      run,
      definitions: definitionsOf(facts),
      deps: {
        ...deps,
        openVault: () => {
          throw new PipelineError('ENGINE_UNSAFE', 'a replay begins behind the pseudonyms: it must not open the vault');
        },
      },
      signal: interrupt.signal,
      progress: (what, done, total) => progress.show(done / total, what),
    });
  } finally {
    progress.clear();
    interrupt.release();
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

const MARK = { bytes: 'the same bytes', values: 'the same values', differs: 'differs' } as const;

function print({ runId, verdict, left, first, steps, sameCode, sameEngine, resultDigest }: Replay): void {
  if (verdict === 'not-replayable (erased)') return out(`${runId}: ${verdict}: rows of ${left.join(', ')} were erased on request, by record of the ledger`);
  out(table(['step', 'outputs', 'took', 'result'], steps.map(({ stage, part, outputs, ms }) => {
    const worst = (['differs', 'values', 'bytes'] as const).find((s) => outputs.some(({ sameness }) => sameness === s)) ?? 'bytes';
    return [part === null ? stage : `${stage} (${part})`, String(outputs.length), duration(ms), MARK[worst]];
  }), ['outputs', 'took']));
  const mark = verdict === 'differs' ? pc.red('✗') : pc.green('✓');
  out(`\n${mark} ${runId}: ${verdict}${first ? `, first in ${first.stage}: ${first.outputs.filter(({ sameness }) => sameness === 'differs').map(({ name }) => name).join(', ')}` : ''}`);
  if (resultDigest.replayed !== null && resultDigest.recorded !== resultDigest.replayed) out(`  resultDigest ${resultDigest.recorded} recorded, ${resultDigest.replayed} replayed`);
  if (left.length > 0) out(`  not worked out again: ${left.join(', ')}`);
  if (!sameCode) out('  the program is another version than the one that made the run');
  if (!sameEngine) out('  the engine is another version than the one that made the run');
}
