import { isCompared } from '../../contracts/selection';
import pc from 'picocolors';
import type { LabCandidate } from '../../core/lab/candidate';
import { count, out, table } from '../output';
import type { LabDocument } from './document';
import { labelsNote } from './labels';

/** Mixtures that are listed with all their figures, best first; --json has all. */
const BEST = 10;
/** Mixtures that are listed with the reason why they are not estimable. */
const REASONS = 20;

const digits = (value: number | null, places: number): string => (value === null ? '' : value.toFixed(places));
const sizesOf = ({ sizes, unassigned }: LabCandidate): string => `${sizes.join(' ')}${unassigned > 0 ? ` (${unassigned} in none)` : ''}`;

const silhouetteText = ({ silhouette, silhouetteError }: LabCandidate): string =>
  `${digits(silhouette, 3)}${silhouetteError ? ` ± ${silhouetteError.toFixed(3)}` : ''}`;

/** The findings for people. */
export function printLab(document: LabDocument): void {
  const { candidates, why, warnings } = document;
  printHead(document);
  const mixtures = candidates.filter(({ algorithm }) => algorithm === 'mixture');
  if (mixtures.length > 0) printMixtures(mixtures);
  for (const algorithm of ['kmeans', 'hierarchical', 'density'] as const)
    printOthers(
      algorithm,
      candidates.filter((candidate) => candidate.algorithm === algorithm),
    );
  printFinalists(document);
  printTests(document);
  out(`\n${pc.bold(why)}`);
  for (const warning of warnings) out(`${pc.yellow('!')} ${warning}`);
  if (document.labels !== null) out(labelsNote(document.labels));
}

function printHead({ file, rows, n, dropped, missing, d, columns, scale, sampleRows, seed, candidates }: LabDocument): void {
  const where = Object.entries(missing).map(([name, cells]) => `${name} ${count(cells)}`);
  const left = dropped === 0 ? '' : `; ${count(dropped)} dropped for missing values (${where.join(', ')})`;
  out(`${file}: ${count(n)} of ${count(rows)} rows used${left}`);
  out(`${d} ${d === 1 ? 'column' : 'columns'}, ${scale === 'standard' ? 'standardised' : 'as they are'}: ${columns.join(', ')}`);
  if (sampleRows < n) out(`fitted to a sample of ${count(sampleRows)} rows (seed ${seed}); sizes are those of all rows used`);
  if (candidates.some(({ silhouetteError }) => silhouetteError))
    out('silhouettes: estimated from a draw of these rows, the same for every k, with the standard error of that draw');
}

/** How a cell of the grid shows that its mixture cannot be chosen. */
const MARKS: Partial<Record<LabCandidate['status'], string>> = { chosen: '*', rejected: '!' };

function printMixtures(mixtures: readonly LabCandidate[]): void {
  const ks = [...new Set(mixtures.map(({ k }) => k))].sort((a, b) => a - b);
  const models = [...new Set(mixtures.map(({ model }) => model ?? ''))];
  out('\nmixtures: BIC (lower is better; mclust prints its negative). * chosen, ! may not be chosen, na not estimable');
  const cell = (model: string, k: number): string => {
    const found = mixtures.find((candidate) => candidate.model === model && candidate.k === k);
    if (!found) return '';
    return found.bic === null ? 'na ' : `${found.bic.toFixed(2)}${MARKS[found.status] ?? ' '}`;
  };
  const headers = ks.map((k) => `k=${k} `);
  out(
    table(
      ['model', ...headers],
      models.map((model) => [model, ...ks.map((k) => cell(model, k))]),
      headers,
    ),
  );

  const best = mixtures.filter(({ bic }) => bic !== null).sort((a, b) => (a.bic ?? 0) - (b.bic ?? 0));
  if (best.length > 0) {
    out(`\nthe ${Math.min(BEST, best.length)} lowest of ${best.length}; BIC and ICL: lower is better, mclust prints their negatives`);
    const right = ['k', 'log-likelihood', 'df', 'BIC', 'ICL', 'entropy', 'silhouette', 'starts'];
    const rows = best.slice(0, BEST).map((candidate) => {
      const { model, k, status, logLikelihood, df, bic, icl, entropy, replicated, starts } = candidate;
      const figures = [digits(logLikelihood, 3), String(df), digits(bic, 2), digits(icl, 2), digits(entropy, 3), silhouetteText(candidate)];
      return [model ?? '', String(k), status, ...figures, `${replicated} of ${starts}`, sizesOf(candidate)];
    });
    out(table(['model', 'k', 'status', ...right.slice(1), 'sizes'], rows, right));
  }
  const none = mixtures.filter(({ status }) => status === 'not estimable');
  if (none.length === 0) return;
  out('\nnot estimable');
  out(
    table(
      ['model', 'k', 'reason'],
      none.slice(0, REASONS).map(({ model, k, reason }) => [model ?? '', String(k), reason]),
      ['k'],
    ),
  );
  if (none.length > REASONS) out(`${none.length - REASONS} more: --json has all`);
}

const TITLES = { kmeans: 'k-means', hierarchical: 'hierarchical', density: 'density' } as const;

function printOthers(algorithm: keyof typeof TITLES, candidates: readonly LabCandidate[]): void {
  if (candidates.length === 0) return;
  const [{ model }] = candidates;
  out(`\n${TITLES[algorithm]}${algorithm === 'hierarchical' && model !== null ? `, ${model}` : ''}`);
  const right = ['k', 'inertia', 'silhouette', 'Calinski-Harabasz', 'Davies-Bouldin', 'Jaccard'];
  const named = algorithm === 'density' ? ['parameters'] : [];
  const rows = candidates.map((candidate) => {
    const { k, status, inertia, calinskiHarabasz, daviesBouldin, meanJaccard } = candidate;
    const figures = [digits(inertia, 2), silhouetteText(candidate), digits(calinskiHarabasz, 1), digits(daviesBouldin, 3), digits(meanJaccard, 3)];
    return [...(algorithm === 'density' ? [candidate.model ?? ''] : []), String(k), status, ...figures, sizesOf(candidate)];
  });
  out(table([...named, 'k', 'status', ...right.slice(1), 'sizes'], rows, right));
}

function printFinalists({ finalists }: LabDocument): void {
  if (finalists.length < 2) return;
  out('\nthe best of each algorithm: adjusted Rand index on rows left out of the resamples, minus that on column-permuted data');
  const right = ['k', 'left out', 'permuted', 'score', 'behind', 'error'];
  const rows = finalists.filter(isCompared).map(({ algorithm, model, k, outOfBag, permuted, score, behind, error, outcome }) => [
    algorithm,
    model ?? '',
    String(k),
    ...[outOfBag, permuted, score, behind, error].map((value) => value.toFixed(3)),
    outcome,
  ]);
  out(table(['algorithm', 'model', ...right, 'outcome'], rows, right));
}

function printTests({ blrt }: LabDocument): void {
  if (blrt === null) return;
  out(`\nbootstrap likelihood ratio tests, ${blrt.model}`);
  const right = ['components', 'statistic', 'p', 'draws'];
  const rows = blrt.steps.map(({ k, statistic, p, draws, failed, planned }) => [
    `${k} against ${k + 1}`,
    digits(statistic, 3),
    p === null ? '' : p.toPrecision(3),
    `${draws}${draws + failed < planned ? ` of ${planned}` : ''}${failed > 0 ? ` (${failed} without a solution)` : ''}`,
  ]);
  out(table(right, rows, right));
  out(blrt.partial ? pc.yellow(blrt.ended) : blrt.ended);
}
