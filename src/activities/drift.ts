import type { DriftReport } from '../contracts/drift';
import type { FeaturesReport } from '../contracts/features';
import type { ClusterModel } from '../contracts/model';
import type { PersonasReport } from '../contracts/personas';
import { decideMode, driftOf, unreadable, type Champion, type Day } from '../core/drift';
import { withCommas } from '../core/extract/summary';
import type { ArtifactRef } from '../contracts/artifacts';
import { readFeatures } from './read-matrix';
import type { StageDefinition, StageOutput, StageWork } from './stage';
import { loadModel } from './stored-model';

/**
 * Today's customers against those the current model was fitted to, and what that says for or against a new model. A part of the
 * preparation: it comes before anything is fitted. Reads what belongs to that model as `findChampion` names it.
 */
export const drift: StageDefinition = {
  stage: 'prepare',
  part: 'drift',
  reads: ['features.features', 'features.report', 'model.champion', 'model.features', 'model.model', 'model.personas'],
  configOf: ({ modes, modeling }) => ({ modes, seed: modeling.seed }),
  work: measureDrift,
};

async function measureDrift(work: StageWork): Promise<StageOutput> {
  const { run, config, inputs, deps, signal, progress } = work;
  const json = <T>(name: string): Promise<T> => deps.artifacts.readJson<T>(inputs[name]);
  const champion = await json<Champion>('model.champion');
  const model = await loadModel(deps.artifacts, inputs['model.model']);
  const { features: specs } = await json<FeaturesReport>('features.report');
  const { personas } = await json<PersonasReport>('model.personas');
  const release = { release: champion.release, fittedAsOf: champion.fittedAsOf };
  const known = (name: string): boolean => specs.some((spec) => spec.name === name);
  const { read, watched } = featuresOf(model);
  const gone = read.filter((name) => !known(name));
  const names = [...read, ...watched.filter(known)];
  const customers = { reference: inputs['model.features'].rows ?? 0, current: inputs['features.features'].rows ?? 0 };
  const measured =
    gone.length > 0
      ? unreadable(run.asOf, release, gone, customers)
      : await driftOf({
          asOf: run.asOf,
          model,
          release,
          personas,
          specs,
          reference: await dayOf(work, inputs['model.features'], names),
          current: await dayOf(work, inputs['features.features'], names),
          modes: config.modes,
          seed: config.modeling.seed,
          compute: deps.compute,
          signal,
          onProgress: (done) => progress(0.2 + 0.7 * done, 'drift'),
        });
  const report: DriftReport = { ...measured, choice: decideMode(run.asOf, champion, measured, config.modes) };
  return {
    outputs: { 'drift.report': await deps.artifacts.writeJson('drift.report', report) },
    rowsIn: customers.reference,
    rowsOut: customers.current,
    ...described(report),
  };
}

/** What the model reads, and what it was to read but left out as saying nothing of its own: that can change. */
function featuresOf({ preprocessing: { columns, dropped } }: ClusterModel): { read: string[]; watched: string[] } {
  const read = [...new Set(columns.flatMap(({ from }) => from))];
  return { read, watched: dropped.map(({ column }) => column).filter((column) => !read.includes(column)) };
}

async function dayOf({ deps, signal }: StageWork, table: ArtifactRef, names: readonly string[]): Promise<Day> {
  const session = await deps.sql.session({ signal });
  try {
    await session.view('features.features', table);
    return await readFeatures(session, names);
  } finally {
    await session.close();
  }
}

function described({ customers, features, findings, model, choice }: DriftReport): Pick<StageOutput, 'summary' | 'warnings' | 'facts'> {
  const drifted = features.filter(({ alarms }) => alarms.length > 0);
  return {
    summary: `${drifted.length} of ${features.length} features drifted since ${model.fittedAsOf}; ${withCommas(customers.current)} customers, ${withCommas(customers.reference)} then: ${choice.mode}`,
    warnings: findings.map(({ evidence }) => evidence),
    facts: {
      // What the gate of a release reads.
      drift: features.flatMap(({ feature, psi }) => (psi === null ? [] : [{ feature, psi }])),
      mode: choice.mode,
      reasons: choice.reasons.map(({ rule }) => rule),
    },
  };
}
