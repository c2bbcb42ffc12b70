import { GOALS, peerPrepSeconds, prepSeconds, wallRatio, type Results } from './goals';
import type { PeerRun } from './lib/peer';
import type { ProductRun, StageTime } from './lib/product';
import type { CurveMeasure, Recorded, WholeMeasure } from './lib/results';
import { exponent, median } from './lib/statistics';
import { figure, table } from './lib/table';
import { verdictOf } from './lib/verdict';

const of = <T>(runs: readonly T[], value: (run: T) => number): number => median(runs.map(value));
const count = (value: number): string => value.toLocaleString('en-US');
const entriesOf = <K extends Recorded['measure']['kind']>(results: Results, kind: K) =>
  [...results.values()].flatMap(({ name, measure }) => (measure.kind === kind ? [{ name, measure: measure as Extract<Recorded['measure'], { kind: K }> }] : []));

/** What is measured, from small to great whatever the order it was measured in. */
const wholes = (results: Results): readonly { readonly name: string; readonly measure: WholeMeasure }[] =>
  entriesOf(results, 'whole').sort((a, b) => a.measure.project.localeCompare(b.measure.project, 'en') || a.measure.rows - b.measure.rows);

function goals(results: Results): string {
  const rows = GOALS.map((goal) => {
    const value = goal.figure(results);
    const limit = (number: number | null): string => (number === null || number === Infinity ? '–' : `${goal.bound === 'most' ? '≤ ' : ''}${number} ${goal.unit}`);
    return [goal.what, value === null ? '–' : `${figure(value)} ${goal.unit}`, limit(goal.must), limit(goal.aim), verdictOf(value, goal)];
  });
  return table(['measure', 'figure', 'must', 'aim', 'reached'], rows, [1, 2, 3]);
}

const WORK: Readonly<Record<string, string>> = {
  'dramatis.yaml': 'k-means',
  'mixtures.yaml': 'k-means and mixtures',
  'product.yaml': 'the product',
};

function wholeRows({ measure }: { readonly measure: WholeMeasure }): string[][] {
  const { rows, customers, project, ours, peers } = measure;
  const work = WORK[project] ?? project;
  const ratio = wallRatio(measure);
  const cpu = of(ours, ({ cpuS }) => cpuS);
  const own = [
    count(rows), count(customers), work, 'Dramatis', String(ours.length), figure(of(ours, ({ wallS }) => wallS)), figure(of(ours, ({ committedS }) => committedS)), figure(cpu),
    `${figure(of(ours, ({ peakMib }) => peakMib))} (${figure(of(ours, ({ peakTogetherMib }) => peakTogetherMib))})`, ratio === null ? '' : `${figure(ratio)} ×`, '',
  ];
  const others = Object.entries(peers).map(([engine, runs]: [string, readonly PeerRun[]]) => [
    '', '', '', `${engine} + scikit-learn`, String(runs.length), figure(of(runs, ({ wallS }) => wallS)), '', figure(of(runs, ({ cpuS }) => cpuS)),
    figure(of(runs, ({ peakMib }) => peakMib)), `${figure(of(runs, ({ wallS }) => wallS) / of(ours, ({ wallS }) => wallS))} ×`, `${figure(of(runs, ({ cpuS }) => cpuS) / cpu)} ×`,
  ]);
  return [own, ...others];
}

function whole(results: Results): string {
  const header = ['rows', 'customers', 'work', 'who', 'runs', 'wall s', 'committed s', 'CPU s', 'peak MiB', 'wall ratio', 'CPU ratio'];
  return table(header, wholes(results).flatMap(wholeRows), [0, 1, 4, 5, 6, 7, 8, 9, 10]);
}

/** Median wall and CPU seconds and memory of each stage, over the runs. */
function stageRows(runs: readonly ProductRun[]): string[][] {
  const stages = runs[0].stages.map(({ stage }) => {
    const times = runs.flatMap((run) => run.stages.filter((time): time is StageTime => time.stage === stage));
    return [stage, figure(of(times, ({ ms }) => ms / 1_000)), figure(of(times, ({ cpuS }) => cpuS)), figure(of(times, ({ mib }) => mib))];
  });
  return [['before the first stage', figure(of(runs, ({ beforeS }) => beforeS)), '', ''], ...stages, ['after the last stage', figure(of(runs, ({ afterS }) => afterS)), '', '']];
}

function stages(results: Results): string {
  return wholes(results)
    .filter(({ measure: { rows } }) => rows >= 100_000)
    .map(({ measure: { rows, project, ours } }) => `${count(rows)} rows, ${WORK[project] ?? project}:\n\n${table(['stage', 'wall s', 'CPU s', 'MiB'], stageRows(ours), [1, 2, 3])}`)
    .join('\n\n');
}

function prep(results: Results): string {
  const rows = wholes(results).flatMap(({ measure }) => {
    const ours = prepSeconds(measure);
    return Object.keys(measure.prepPeers).map((engine) => {
      const peer = peerPrepSeconds(measure, engine);
      return [count(measure.rows), figure(ours), engine, figure(peer), `${figure(peer === null ? null : peer / ours)} ×`];
    });
  });
  return table(['rows', 'Dramatis s', 'peer', 'peer s', 'ratio'], rows, [0, 1, 3, 4]);
}

function kernels(results: Results): string {
  const rows = entriesOf(results, 'kernels').flatMap(({ measure: { measures } }) =>
    measures.map(({ name, n, d, k, threads, ours_ms, peer_ms, ratio }) => [name, count(n), String(d), k === null ? '' : String(k), String(threads), figure(ours_ms), figure(peer_ms), ratio === null ? '–' : `${figure(ratio)} ×`]),
  );
  return table(['kernel', 'n', 'd', 'k', 'threads', 'ours ms', 'peer ms', 'ratio'], rows, [1, 2, 3, 4, 5, 6, 7]);
}

function inertia(results: Results): string {
  return entriesOf(results, 'inertia')
    .map(({ measure: { n, d, byK } }) => {
      const rows = byK.map(({ k, ours, peer }) => [String(k), ours.toFixed(1), peer.toFixed(1), `${(100 * (ours / peer - 1)).toFixed(4)} %`]);
      return `${count(n)} customers, ${d} columns:\n\n${table(['k', 'Dramatis', 'scikit-learn', 'difference'], rows, [0, 1, 2, 3])}`;
    })
    .join('\n\n');
}

interface Curve {
  readonly title: string;
  readonly points: readonly { readonly size: number; readonly run: Pick<ProductRun, 'wallS' | 'cpuS' | 'peakMib'> }[];
}

const TITLES: Readonly<Record<CurveMeasure['along'], string>> = { customers: 'customers at the same number of rows (of the data, some without usable lines)', d: 'columns of the model', k: 'greatest k' };

function rowsCurve(results: Results): Curve {
  const points = wholes(results)
    .filter(({ name }) => name.startsWith('whole-'))
    .map(({ measure: { rows, ours } }) => ({ size: rows, run: { wallS: of(ours, ({ wallS }) => wallS), cpuS: of(ours, ({ cpuS }) => cpuS), peakMib: of(ours, ({ peakMib }) => peakMib) } }));
  return { title: 'rows, customers with them', points };
}

function curves(results: Results): string {
  const all: Curve[] = [rowsCurve(results), ...entriesOf(results, 'curve').map(({ measure: { along, points } }) => ({ title: TITLES[along], points }))];
  return all
    .filter(({ points }) => points.length > 0)
    .map(({ title, points }) => {
      const rows = points.map(({ size, run }) => [count(size), figure(run.wallS), figure(run.cpuS), figure(run.peakMib)]);
      const slope = (cost: (run: Curve['points'][number]['run']) => number): string => {
        const value = exponent(points.map(({ size, run }) => ({ size, cost: cost(run) })));
        return value === null ? '–' : value.toFixed(2);
      };
      const last = ['exponent', slope(({ wallS }) => wallS), slope(({ cpuS }) => cpuS), slope(({ peakMib }) => peakMib)];
      return table([title, 'wall s', 'CPU s', 'peak MiB'], [...rows, last], [0, 1, 2, 3]);
    })
    .join('\n\n');
}

function surroundings(results: Results): string {
  const all = [...results.values()];
  const rows = all.map(({ name, surroundings: { at, commit, changed, load } }) => [name, `${at.slice(0, 16).replace('T', ' ')} UTC`, `${commit}${changed ? ' with changes' : ''}`, String(load)]);
  const machines = [...new Set(all.map(({ surroundings: { cpu, cores, memoryGib, system } }) => `${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}`))];
  const versions = [...new Set(all.map(({ surroundings: s }) => Object.entries(s.versions).map(([name, version]) => `${name} ${version}`).join(', ')))];
  return [`Machine: ${machines.join('; ')}.`, `Versions: ${versions.join('; ')}.`, '', table(['measure', 'measured', 'commit', 'load before'], rows, [3])].join('\n');
}

/** docs/benchmarks.md: everything that was measured last, and how. */
export function documentOf(results: Results): string {
  return `# Benchmarks

<!-- Made by "npm run bench" (bench/document.ts) from its last measures. Do not edit by hand. -->

How fast Dramatis is beside what a data scientist would write instead: pandas, polars or DuckDB, then scikit-learn. All on one machine, in turn
(ours, peer, ours, peer, …), medians. A ratio is peer / ours: above 1 Dramatis is faster.

## At a glance

${goals(results)}

## How to repeat

\`\`\`
npm run bench -- --quick          # three minutes, printed only
npm run bench                     # up to 10M rows
npm run bench -- --full           # everything
npm run bench -- --only whole-1m,kernels
npm run bench -- --resume         # what has no figure of this commit yet
npm run bench -- --render         # this page from what was measured
npm run bench -- --clean          # remove data, results and the peers' Python
\`\`\`

It needs Linux (it reads /proc), Python 3.11 with venv, and 24 GiB of memory and 2 GB of disk for \`--full\`. The peers are installed into \`.bench-env\` at the
versions of \`bench/requirements.txt\`, the data are made once, in \`bench/data\`. A quiet machine matters: the load before each measure is given below. On a busy one CPU seconds
hold up and wall time does not.

${surroundings(results)}

## What is compared

The data are made-up order lines of customers in eight planted groups (\`bench/peers/order_lines.py\`). The work, on both sides (\`bench/peers/pipeline.py\`, \`bench/project/dramatis.yaml\`):
lines without a customer and cancelled ones go, amounts are capped at p99, twelve features per customer, log1p of the six skewed ones, standardised; k-means for
k = 2..10 with ten starts, silhouettes of 10,000 customers for each, the best k becomes personas written as Parquet. With mixtures: also Gaussian mixtures
with full covariances for k = 2..10. "The product" (\`bench/project/product.yaml\`) is what Dramatis does by default on the same data, and has no counterpart.

Ours is \`dramatis run\` of the compiled program, with the embedded Temporal server up and an empty store: the worker starts, and nothing of an earlier run is there to be reused.
Wall seconds are those of the whole command, until it ended; "committed" is the moment of the release's commit. CPU is that of command and worker, without the server.
Peak memory is the worker's (VmHWM), in brackets that of worker and command together. A peer is one process, timed from outside in the same way. Beyond the peers'
work every run of Dramatis also pseudonymises customers, writes every table as an immutable artifact, names what was removed and why, and makes report, manifest and ledger entry.

## Whole runs

${whole(results)}

## Where the time goes

CPU seconds and memory are the worker's while the stage ran; its start and that of the command are not in them.

${stages(results)}

## Order lines to features

Our stages extract, quality, clean and features against the same stages of the peer, both without start and imports.

${prep(results)}

## Kernels

Ours and the peer's on the standardised matrix of the data, the peer with one thread; milliseconds per iteration (Lloyd, EM) or call. See \`bench/kernels/README.md\`.

${kernels(results)}

## Inertia

Sum of squared distances of all customers to the nearest centroid, on the same prepared matrix; scikit-learn's best of ten starts on all of them.

${inertia(results)}

## How cost grows

Work as above, k-means only. The exponent b is the slope of a straight line through the points, log to log: cost grows as size to the power of b.

${curves(results)}
`;
}
