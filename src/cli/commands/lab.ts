import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Option, type Command } from 'commander';
import { createArtifactStore } from '../../adapters/artifacts';
import { createCompute } from '../../adapters/compute';
import { createSqlEngine } from '../../adapters/duckdb';
import type { CovarianceModel } from '../../contracts/algorithms';
import { STATUSES } from '../../core/lab/candidate';
import { assignRows, RULES, tryModels, type LabRequest, type LabResult } from '../../core/lab/lab';
import { likelihoodRatioTests, type LabTests } from '../../core/lab/likelihood-ratio-tests';
import { SCALES } from '../../core/lab/scaling';
import type { Compute } from '../../core/ports';
import { machineOptions } from '../../workers/deps';
import { EXIT } from '../exit-codes';
import { documentOf, type LabDocument } from '../lab/document';
import { abortOnInterrupt } from '../lab/interrupt';
import { assertWritable, labelsPath, writeLabels } from '../lab/labels';
import { ALGORITHM_NAMES, algorithmsOf, BLRT_DRAWS, delimiterOf, modelsOf, numbersOf, rangeOf, requestOf, type LabOptions } from '../lab/options';
import { printLab } from '../lab/print';
import { createProgress, type Progress } from '../lab/progress';
import { readTable } from '../lab/read-file';
import { globalsOf, integer } from '../options';
import { json, note } from '../output';

const collect = (text: string, earlier: readonly string[] = []): readonly string[] => [...earlier, text];

const HELP = `
Missing values: rows that have any are dropped and counted. In CSV an empty cell, NA, N/A, NaN and null are missing.

Status of a candidate: ${STATUSES.join(', ')}.
  fitted or lost: a proper solution that another one beats; rejected: it may not be chosen (a gate, or one start only found it);
  information: one k beside the range; not estimable: every start ends in a component that collapses, named with its column.
Hierarchical clusters are the cuts of the tree; where the rows are more than the sample, each row goes to the nearest mean of a cut.
Silhouettes of more than 10,000 rows are measured on a draw of them, the same for every k, and come with the standard error of that draw.
BIC and ICL: lower is better; mclust prints their negatives, and so does bicMclust of --json.

Examples:
  dramatis lab iris.parquet --rule bic --scale none
  dramatis lab iris.parquet --columns Sepal.Length,Petal.Length --algorithm kmeans,ward --k 2..6
  dramatis lab survey.csv --rule bic --models lpa1,lpa2,lpa3,lpa6 --k 1..9 --blrt 199
  dramatis lab survey.csv --k 3 --algorithm kmeans --labels labels.csv
  dramatis lab faithful.parquet --rule bic --scale none --json | jq .chosen.model`;

export const registerLab = (program: Command): void => {
  program
    .command('lab <file>')
    .description('try models on any Parquet or CSV file, without a project')
    .option('--columns <names>', 'columns of the model, with commas between (default: all numeric ones)', collect)
    .option('--algorithm <names>', `${ALGORITHM_NAMES} (default: all four; lpa with --rule bic)`, algorithmsOf)
    .option(
      '--models <names>',
      'covariance models EII to VVV, lpa1, lpa2, lpa3, lpa6, or all (default: all with --rule bic, else those of a project)',
      modelsOf,
    )
    .addOption(
      new Option('--rule <name>', 'full: as a project chooses, by separation, resampling and permuted data; bic: the lowest BIC of all mixtures').choices(RULES).default('full'),
    )
    .addOption(new Option('--k <range>', 'clusters: 3, or 2..9').argParser(rangeOf).default({ min: 1, max: 9 }, '1..9'))
    .addOption(new Option('--scale <name>', 'standard: mean 0, population deviation 1; none: as they are').choices(SCALES).default('standard'))
    .option('--seed <n>', 'of every random number: same seed, same result', integer(0), 0)
    .option('--sample <rows>', 'fit to a sample of at most so many rows (default: 5000; 20000 with --rule bic)', integer(100, 100_000))
    .option('--starts <n>', 'mixtures: starts per model and k (default: 8)', integer(2, 1000))
    .option('--restarts <n>', 'k-means: starts per k (default: 20)', integer(1, 1000))
    .option('--resamples <n>', 'rule full: how often rows are drawn anew (default: 30)', integer(2, 1000))
    .addOption(new Option('--prior <name>', 'mixtures: conjugate is the default prior of mclust').choices(['none', 'conjugate']).default('none'))
    .option('--blrt [draws]', `bootstrap likelihood ratio tests of the chosen covariance model (default draws: ${BLRT_DRAWS})`, integer(20, 10_000))
    .option('--blrt-seconds <s>', 'end these tests after so many seconds, with the draws made so far and the bounds of p (default: no limit)', integer(1, 86_400))
    .option('--min-cluster-size <rows>', 'hdbscan: smallest clusters that are tried, with commas between', numbersOf)
    .option('--min-samples <n>', 'hdbscan, dbscan: neighbours that make a row part of a dense region (default: 10)', integer(2, 1000))
    .option('--eps <radii>', 'dbscan: radii that are tried, with commas between (default: 0.5)', numbersOf)
    .option('--labels <path>', 'write row, cluster and probability to a .csv or .parquet file', labelsPath)
    .option('--force', 'write the labels over a file that is there')
    .option('--delimiter <character>', 'of a CSV file: "," ";" "|" or tab (default: the one that fits the header)', delimiterOf)
    .option('--threads <n>', 'compute threads; results never depend on them', integer(1, 1024))
    .addHelpText('after', HELP)
    .action(async (file: string, options: LabOptions, command: Command) => {
      const quiet = globalsOf(command).json === true;
      const document = await runLab(file, options, quiet);
      if (quiet) json(document);
      else printLab(document);
      if (document.blrt?.interrupted) process.exitCode = EXIT.interrupted;
      else if (options.labels !== undefined && document.labels === null) {
        note('nothing was chosen, so there are no labels');
        process.exitCode = EXIT.failed;
      }
    });
};

/** Everything between the command line and what is printed. Nothing stays behind but the labels. */
async function runLab(file: string, options: LabOptions, quiet: boolean): Promise<LabDocument> {
  const { labels, force = false } = options;
  if (labels !== undefined) await assertWritable(labels, file, force);
  const { threads, memoryLimit, kernels } = machineOptions();
  const home = await mkdtemp(join(tmpdir(), 'dramatis-lab-'));
  const artifacts = createArtifactStore(home);
  const sql = createSqlEngine({ artifacts, threads: options.threads ?? threads, memoryLimit, temporary: join(home, 'duckdb') });
  const compute = createCompute({ threads: options.threads ?? threads, kernels });
  const { signal, release } = abortOnInterrupt();
  const progress = createProgress(!quiet && process.stderr.isTTY === true);
  try {
    const { table, notes } = await readTable(sql, file, { columns: options.columns, delimiter: options.delimiter, signal });
    if (!quiet) notes.forEach(note);
    const request = requestOf(options, table.rows, table.cols);
    const result = await tryModels({ ...request, table, compute, signal, onProgress: (fraction, text) => progress.show(fraction, text) });
    const assignments = labels === undefined ? null : await assignRows(result, request, { compute, signal });
    if (labels !== undefined && assignments !== null)
      await writeLabels(labels, { rows: table.rows, used: result.rows, assignments }, { sql, artifacts, force });
    const blrt = options.blrt === undefined ? null : await testsOf(request, result, options, { compute, signal, progress });
    return documentOf(basename(file), request, result, table.rows, { notes, blrt, labels: assignments === null ? null : (labels ?? null) });
  } finally {
    progress.clear();
    release();
    await compute.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** The tests of the chosen covariance model, or of the best one where another algorithm, or none, was chosen. */
async function testsOf(
  { ks, modeling }: LabRequest,
  { verdict: { candidates, chosen }, matrix, rows }: LabResult,
  { blrt: draws, blrtSeconds }: Pick<LabOptions, 'blrt' | 'blrtSeconds'>,
  { compute, signal, progress }: { readonly compute: Compute; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<LabTests | null> {
  const mixtures = candidates.filter(({ bic, status }) => bic !== null && status !== 'information').sort((a, b) => (a.bic ?? 0) - (b.bic ?? 0));
  const best =
    mixtures.find((candidate) => candidate === candidates[chosen?.candidate ?? -1]) ??
    mixtures.find(({ status }) => status === 'finalist') ??
    mixtures[0];
  if (!best) return null;
  return likelihoodRatioTests(
    {
      matrix,
      ids: Array.from(rows, (row) => String(row + 1)),
      modeling,
      compute,
      signal,
      onProgress: (fraction, text) => progress.show(fraction, text),
    },
    {
      model: best.model as CovarianceModel,
      draws: typeof draws === 'number' ? draws : BLRT_DRAWS,
      largestK: Math.max(ks.max, 2),
      ...(blrtSeconds !== undefined && { deadline: AbortSignal.timeout(blrtSeconds * 1000) }),
    },
  );
}
