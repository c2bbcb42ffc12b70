import { cut } from '../../../src/core/clustering/hierarchical/cut';
import { dendrogramView } from '../../../src/core/clustering/hierarchical/dendrogram-view';
import { linkage } from '../../../src/core/clustering/hierarchical/linkage';
import { dendrogram } from '../../../src/core/report/plots/dendrogram';
import type { CastMember, View } from '../../../src/core/report/view';
import { pointsOf } from '../clustering/hierarchical/trees';

/** Groups around 0, 10 and 30; single numbers in the last. */
const NUMBERS = [0, 1, 0.5, 0.2, 0.9, 10, 11, 10.2, 30, 32];
/** Customers each stands for: 600, 300 and 25. */
const WEIGHTS = Float64Array.of(200, 100, 100, 100, 100, 100, 100, 100, 20, 5);
const tree = linkage(pointsOf(NUMBERS.map((value) => [value])), WEIGHTS, 'average');
const LABELS = cut(tree, 3, WEIGHTS);

const member = (cluster: number, customers: number | null): CastMember =>
  ({
    persona: { cluster, customers },
    number: cluster + 1,
    colour: `@persona${cluster}`,
    title: `${cluster + 1} Name`,
    plotTitle: `${cluster + 1} Plot name`,
  }) as unknown as CastMember;

interface Drawn {
  data: { rows: (string | number)[][] };
  encoding: { x: { axis: { labelExpr: string; values: number[] } } };
  layer: { data?: { values: { y: number }[] } }[];
}

function plot(customers: readonly (number | null)[], maxBranches = 30, kMin = 11, labels = LABELS) {
  const view: Pick<View, 'cast' | 'kMin'> = { cast: customers.map((n, cluster) => member(cluster, n)), kMin };
  const html = dendrogram(view, dendrogramView(tree, labels, WEIGHTS, maxBranches), 'average').text;
  const spec = JSON.parse(/data-spec="dendrogram">([^<]*)</.exec(html)?.[1] ?? '') as Drawn;
  const cells = [...html.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => cell),
  );
  const labelsShown = JSON.parse(
    /^(\[.*\])\[datum\.value\]$/.exec(spec.encoding.x.axis.labelExpr)?.[1] ?? '',
  ) as string[];
  return { html, spec, cells: cells.slice(1), labels: labelsShown };
}

it('draws three lines for each join, from the joined up to its height, and one line at the cut', () => {
  const { spec } = plot([600, 300, 25]);
  const joins = spec.data.rows.filter((row) => row[4] === 'join');
  expect(joins).toHaveLength(3 * 9);
  const [up, across, down] = joins.slice(-3).map((row) => row.slice(0, 4).map(Number));
  const top = tree.heights[8];
  expect(up[3]).toBeCloseTo(top, 3);
  expect([across[2], across[3]]).toEqual([up[3], up[3]]);
  expect(down[3]).toBe(up[3]);
  expect([up[0], up[1], down[0], down[1]]).toEqual([across[0], across[0], across[1], across[1]]);
  expect(up[2]).toBeCloseTo(tree.heights[7], 3);
  const line = spec.layer[2].data!.values[0].y;
  expect(line).toBeCloseTo((tree.heights[6] + tree.heights[7]) / 2, 3);
});

it('gives joins within a persona its name, and none to those above the cut', () => {
  const { spec } = plot([600, 300, 25]);
  const named = spec.data.rows.filter((row) => row[4] === 'join').map((row) => row[5]);
  expect(named.filter((name) => name === '1 Plot name')).toHaveLength(3 * 4);
  expect(named.filter((name) => name === '')).toHaveLength(3 * 2);
});

it('has every height and every size in its table', () => {
  const { cells } = plot([600, 300, 25]);
  expect(cells).toHaveLength(10 + 9);
  expect(cells.slice(10).map((row) => row[3])).toEqual(Array.from(tree.heights, (height) => height.toFixed(3)));
  expect(cells.slice(10).map((row) => row[4])).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1']);
  expect(cells[18].slice(0, 2)).toEqual(['Branches 1 to 10', 'above the cut']);
});

it('shows fewer branches than customers, with what is merged below them', () => {
  const { cells, labels } = plot([600, 300, 25], 4);
  expect(cells).toHaveLength(4 + 3);
  expect(labels).toEqual(['1: 600', '2: 300', '3: withheld', '3: < 11']);
  expect(cells[0].slice(0, 3)).toEqual(['Branch 1', '1 Name', '600']);
  expect(Number(cells[0][3])).toBeCloseTo(tree.heights[4], 3);
});

it('does not show a branch of few customers, nor the one it could be worked out from', () => {
  const { html, labels } = plot([600, 300, 25]);
  expect(labels.filter((label) => label.startsWith('3'))).toEqual(['3: withheld', '3: < 11']);
  expect(html).not.toMatch(/3: (20|5)\b/);
  // kMin 5: nothing is small.
  expect(plot([600, 300, 25], 30, 5).labels).toContain('3: 5');
});

it('does not give away the size of a persona that is withheld', () => {
  const { labels } = plot([600, null, null]);
  expect(labels.filter((label) => label.startsWith('2')).sort()).toEqual(['2: 100', '2: 100', '2: withheld']);
  expect(labels.filter((label) => label.startsWith('1'))).toHaveLength(5);
  expect(labels.filter((label) => label.startsWith('1')).join()).not.toContain('withheld');
});

it('one group has no line of a cut', () => {
  const { spec, html } = plot([925], 30, 11, new Int32Array(10));
  expect(spec.layer).toHaveLength(2);
  expect(html).not.toContain('dashed');
});

it('says of what it was grown', () => {
  expect(plot([600, 300, 25]).html).toContain('10 small groups of neighbours that stand for 925 customers');
});
