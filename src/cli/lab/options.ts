import { InvalidArgumentError } from 'commander';
import { modelingConfig } from '../../config/modeling';
import type { ProjectConfig } from '../../config/project';
import { ALGORITHMS, COVARIANCE_MODELS, LINKAGES, type Algorithm, type CovarianceModel, type Linkage } from '../../contracts/algorithms';
import { PipelineError } from '../../contracts/errors';
import { covarianceModelOf } from '../../core/clustering/mixture/aliases';
import { hasPrior } from '../../core/clustering/mixture/prior';
import type { LabRequest, Rule } from '../../core/lab/lab';
import type { Scale } from '../../core/lab/scaling';

type Modeling = ProjectConfig['modeling'];

/** A range of k. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What --algorithm names: the algorithms, and the variants that some names stand for. */
export interface Algorithms {
  readonly algorithms: readonly Algorithm[];
  readonly linkage?: Linkage;
  readonly density?: Modeling['density']['method'];
}

/** The options of `lab` as commander hands them over. */
export interface LabOptions {
  readonly columns?: readonly string[];
  readonly algorithm?: Algorithms;
  readonly models?: readonly CovarianceModel[];
  readonly rule: Rule;
  readonly k: Range;
  readonly scale: Scale;
  readonly seed: number;
  readonly sample?: number;
  readonly starts?: number;
  readonly restarts?: number;
  readonly resamples?: number;
  readonly prior: Modeling['mixture']['prior'];
  readonly eps?: readonly number[];
  readonly minSamples?: number;
  readonly minClusterSize?: readonly number[];
  readonly blrt?: true | number;
  readonly blrtSeconds?: number;
  readonly threads?: number;
  readonly delimiter?: string;
  readonly labels?: string;
  readonly force?: boolean;
}

const NAMES: Readonly<Record<string, Algorithms>> = {
  kmeans: { algorithms: ['kmeans'] },
  'k-means': { algorithms: ['kmeans'] },
  hierarchical: { algorithms: ['hierarchical'] },
  ...Object.fromEntries(LINKAGES.map((linkage) => [linkage, { algorithms: ['hierarchical'], linkage }])),
  mixture: { algorithms: ['mixture'] },
  lpa: { algorithms: ['mixture'] },
  gmm: { algorithms: ['mixture'] },
  density: { algorithms: ['density'] },
  hdbscan: { algorithms: ['density'], density: 'hdbscan' },
  dbscan: { algorithms: ['density'], density: 'dbscan' },
};

/** Every name of --algorithm, for --help. */
export const ALGORITHM_NAMES = 'kmeans, ward (also average, complete, hierarchical), lpa (also mixture, gmm), hdbscan (also dbscan, density)';

const MOST_CLUSTERS = 100;
/** Draws of --blrt where none are named. */
export const BLRT_DRAWS = 199;

const parts = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** "kmeans,ward,lpa". Each algorithm once. */
export function algorithmsOf(text: string): Algorithms {
  const found = parts(text).map((name) => {
    const known = NAMES[name.toLowerCase()];
    if (!known) throw new InvalidArgumentError(`There is no algorithm "${name}": ${ALGORITHM_NAMES}.`);
    return known;
  });
  const algorithms = found.flatMap((entry) => entry.algorithms);
  if (algorithms.length === 0) throw new InvalidArgumentError(`Name at least one: ${ALGORITHM_NAMES}.`);
  const twice = algorithms.find((name, i) => algorithms.indexOf(name) !== i);
  if (twice !== undefined) throw new InvalidArgumentError(`${twice} is named twice: one linkage, and one of hdbscan and dbscan, at a time.`);
  return Object.assign({}, ...found, { algorithms: ALGORITHMS.filter((name) => algorithms.includes(name)) }) as Algorithms;
}

/** "EII,VVV", "lpa1,lpa6" or "all". */
export function modelsOf(text: string): readonly CovarianceModel[] {
  const names = parts(text);
  if (names.length === 0) throw new InvalidArgumentError('Name at least one covariance model.');
  if (names.some((name) => name.toLowerCase() === 'all')) return COVARIANCE_MODELS;
  try {
    const asked = names.map(covarianceModelOf);
    return COVARIANCE_MODELS.filter((model) => asked.includes(model));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : 'There is no such covariance model.');
  }
}

/** "3" or "2..9". */
export function rangeOf(text: string): Range {
  const [, first, last] = /^(\d{1,3})(?:\.\.(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const [min, max] = [Number(first), Number(last ?? first)];
  if (min >= 1 && min <= max && max <= MOST_CLUSTERS) return { min, max };
  throw new InvalidArgumentError(`Give a number of clusters, or a range such as 2..9, from 1 to ${MOST_CLUSTERS}.`);
}

/** Positive numbers with commas between. */
export function numbersOf(text: string): readonly number[] {
  const numbers = parts(text).map(Number);
  if (numbers.length > 0 && numbers.every((value) => Number.isFinite(value) && value > 0)) return numbers;
  throw new InvalidArgumentError('Give positive numbers, with commas between.');
}

/** One character, or "tab". */
export function delimiterOf(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text;
  if (delimiter.length === 1 && !/["\r\n]/.test(delimiter)) return delimiter;
  throw new InvalidArgumentError('Give one character, or "tab".');
}

const invalid = (message: string): PipelineError => new PipelineError('CONFIG_INVALID', message);

/** Rows in the sample that candidates are fitted to: without resampling there is time for more. */
const SAMPLE_ROWS = { full: 5000, bic: 20_000 } as const;

/**
 * Everything that was asked, with the defaults of a project where nothing was: only that no cluster has to have a number of rows, for a small
 * table has none.
 *
 * @param rows Rows of the table.
 * @param cols Columns of the model.
 * @throws PipelineError `CONFIG_INVALID` for options that contradict each other.
 */
export function requestOf(options: LabOptions, rows: number, cols: number): LabRequest {
  const { rule, k, prior } = options;
  const named: Algorithms = options.algorithm ?? { algorithms: rule === 'bic' ? ['mixture'] : ALGORITHMS };
  const { algorithms } = named;
  if (rule === 'bic' && algorithms.some((name) => name !== 'mixture'))
    throw invalid('--rule bic compares mixtures only: leave --algorithm out, or name lpa; --rule full compares algorithms');
  if (rule === 'full' && k.max < 2) throw invalid('--rule full compares two clusters or more: give a larger --k, or --rule bic');
  if (options.models && !algorithms.includes('mixture')) throw invalid('--models are those of lpa: name it in --algorithm');
  const without = prior === 'conjugate' ? (options.models ?? []).filter((model) => !hasPrior(model)) : [];
  if (without.length > 0) throw invalid(`${without.join(', ')}: no conjugate prior; leave them out of --models`);
  if (options.blrt !== undefined && !algorithms.includes('mixture')) throw invalid('--blrt tests mixtures: name lpa in --algorithm');
  if (options.blrt !== undefined && prior !== 'none') throw invalid('--blrt compares likelihoods: leave --prior out');
  if (options.blrtSeconds !== undefined && options.blrt === undefined) throw invalid('--blrt-seconds limits --blrt: give that too');
  const defaults = modelingConfig.parse({});
  const sampleRows = options.sample ?? SAMPLE_ROWS[rule];
  const sizes = options.minClusterSize?.map((size) => size / Math.min(rows, sampleRows));
  return {
    rule,
    algorithms,
    ks: k,
    scale: options.scale,
    modeling: {
      ...defaults,
      algorithms: [...algorithms],
      sampleRows,
      seed: options.seed,
      restarts: options.restarts ?? defaults.restarts,
      hierarchical: { linkage: named.linkage ?? defaults.hierarchical.linkage },
      mixture: {
        ...defaults.mixture,
        prior,
        models: [...(options.models ?? defaultModels(rule, cols, prior, defaults))],
        starts: options.starts ?? defaults.mixture.starts,
      },
      density: {
        ...defaults.density,
        method: named.density ?? defaults.density.method,
        eps: [...(options.eps ?? defaults.density.eps)],
        minSamples: options.minSamples ?? defaults.density.minSamples,
        minClusterSizes: sizes ?? defaults.density.minClusterSizes,
      },
      sizeGates: { ...defaults.sizeGates, minCustomers: 0 },
      stability: { ...defaults.stability, resamples: options.resamples ?? defaults.stability.resamples },
    },
  };
}

/** All for the rule of the likelihood, a project's own for the full rule; with one column only volumes can differ. */
function defaultModels(rule: Rule, cols: number, prior: LabOptions['prior'], defaults: Modeling): readonly CovarianceModel[] {
  if (cols === 1) return ['EII', 'VII'];
  const models = rule === 'bic' ? COVARIANCE_MODELS : defaults.mixture.models;
  return prior === 'none' ? models : models.filter(hasPrior);
}
