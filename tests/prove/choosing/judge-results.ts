import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { design, type Half } from './cells';
import { compare, scoreOf, type Interval, type Score } from './judgement';
import type { Measured } from './measured';
import { criteria, OURS, OURS_OF_MIXTURES, variants, type Rule } from './rules';
import { folderOf, resultsOf } from './results';

/** Variants that are printed. */
const SHOWN = 60;
/** Jaccard similarity of a behaviour with those assigned to it below which it is not recognised even with the true parameters. */
const RECOGNISED = 0.5;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const points = ({ value, low, high }: Interval): string => `${signed(100 * value, 1)} [${signed(100 * low, 1)}, ${signed(100 * high, 1)}]`;
const plain = ({ value, low, high }: Interval): string => `${signed(value, 2)} [${signed(low, 2)}, ${signed(high, 2)}]`;
const signed = (value: number, digits: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(digits)}`;

const scoreRow = ({ rule, hits, near, distance, bias, truth, none }: Score): string =>
  `| ${rule} | ${percent(hits)} | ${percent(near)} | ${distance.toFixed(2)} | ${signed(bias, 2)} | ${truth.toFixed(3)} | ${none} |`;
const SCORES = '| rule | finds it | at most one off | mean distance | mean difference | ARI with the planted | nothing acceptable |\n|---|---|---|---|---|---|---|';

/** The hits first, then the smaller distance. */
const better = (a: Score, b: Score): number => b.hits - a.hits || a.distance - b.distance;

function table(rules: readonly Rule[], sets: readonly Measured[], most = Infinity): string {
  const scores = rules.map((rule) => scoreOf(rule, sets)).sort(better);
  return [SCORES, ...scores.slice(0, most).map(scoreRow)].join('\n');
}

function against(rule: Rule, others: readonly Rule[], sets: readonly Measured[]): string {
  return [
    `| ${rule.name} against | finds it more often by (points) | nearer more often by (points) | mean distance | ARI with the planted |`,
    '|---|---|---|---|---|',
    ...others.map((other) => {
      const { hits, nearer, distance, truth } = compare(rule, other, sets);
      return `| ${other.name} | ${points(hits)} | ${points(nearer)} | ${plain(distance)} | ${plain(truth)} |`;
    }),
  ].join('\n');
}

/** Cells with what was planted, and how well the true parameters tell the behaviours apart there: means over the data sets. */
function recognitionTable(half: Half, sets: readonly Measured[]): string {
  const rows = design()
    .filter((cell) => cell.half === half)
    .flatMap(({ id, behaviours, overlap, noise, tails, shares, customers }) => {
      const own = sets.filter(({ cell }) => cell === id);
      if (own.length === 0) return [];
      const ari = own.reduce((sum, { recognition }) => sum + recognition.ari, 0) / own.length;
      const least = Math.min(...own.map(({ recognition }) => recognition.least));
      return `| ${id} | ${behaviours} | ${overlap} | ${noise} | ${tails} | ${shares} | ${customers} | ${ari.toFixed(2)} | ${least.toFixed(2)}${least < RECOGNISED ? ' (beyond recognition)' : ''} |`;
    });
  return ['| cell | behaviours | overlap | noise | tails | shares | customers | ARI of the true parameters | least recognised behaviour |', '|---|---|---|---|---|---|---|---|---|', ...rows].join('\n');
}

/** Tables on the output, and the same numbers as JSON beside the results. */
function main(): void {
  const [half = 'shape', name] = process.argv.slice(2) as [Half?, string?];
  const sets = resultsOf(folderOf(), half);
  say(`${half}: ${sets.length} data sets of ${new Set(sets.map(({ cell }) => cell)).size} cells`);
  const rule = name === undefined ? OURS : variants().find((variant) => variant.name === name);
  if (!rule) throw new Error(`there is no rule "${name}"`);
  say(recognitionTable(half, sets));
  if (half === 'shape') say(table(variants(), sets, SHOWN));
  const comparisons = [false, true].map((gated) => {
    const others = criteria(gated);
    say(`Criteria ${gated ? 'behind the same gates' : 'without gates'}`);
    say(table([rule, ...others], sets));
    say(against(rule, others, sets));
    say(table([OURS_OF_MIXTURES], sets));
    say(against(OURS_OF_MIXTURES, others, sets));
    return { gated, scores: others.map((other) => scoreOf(other, sets)), differences: others.map((other) => compare(rule, other, sets)) };
  });
  const file = join(folderOf(), `judgement-${half}.json`);
  writeFileSync(file, `${JSON.stringify({ half, sets: sets.length, rule: scoreOf(rule, sets), comparisons }, null, 1)}\n`);
  say(`the same as JSON: ${file}`);
}

const say = (text: string): boolean => process.stdout.write(`${text}\n\n`);

main();
