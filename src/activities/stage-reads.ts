import type { Stage } from '../contracts/stages';
import { challenge } from './challenge';
import { clean } from './clean';
import { clustering } from './clustering';
import { drift } from './drift';
import { extract } from './extract';
import { features } from './features';
import { holdout } from './holdout';
import { personas } from './personas';
import { prepare } from './prepare';
import { quality } from './quality';
import { report } from './report';
import { scoreClustering } from './score-clustering';
import { scorePrepare } from './score-prepare';
import { scoreSelection } from './score-selection';
import { contenders } from './selection';

const READERS = [extract, quality, clean, features, prepare, drift, contenders[0], clustering, holdout, scorePrepare, scoreSelection, scoreClustering, challenge, personas, report];

/** What a stage reads from others: what it and its parts read, but for what they give each other. */
function readsOf(stage: Stage): string[] {
  const names = READERS.filter((definition) => definition.stage === stage).flatMap(({ reads }) => reads.map((name) => name.replace(/\?$/, '')));
  return [...new Set(names)].filter((name) => !name.startsWith(`${stage}.`));
}

/** Names of the artifacts each stage reads from earlier ones, as its definitions say; what a manifest's outputs were made from. */
export const STAGE_READS: Readonly<Partial<Record<Stage, readonly string[]>>> = Object.fromEntries(
  READERS.map(({ stage }) => [stage, readsOf(stage)]),
);
