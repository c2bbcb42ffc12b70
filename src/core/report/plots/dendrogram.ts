import type { Linkage } from '../../../contracts/algorithms';
import type { Branch, DendrogramView, Join } from '../../../contracts/dendrogram';
import { suppressTogether, type Shown } from '../../privacy/suppress';
import { figure, rowsOf } from '../figure';
import { count, fixed } from '../format';
import type { Html } from '../html';
import { shownCount } from '../suppress';
import { castScale, type CastMember } from '../view';
import { FOCUS, inFocus } from './focus';

const HEIGHT: Readonly<Record<Linkage, string>> = {
  ward: 'Growth of the spread within, as a distance (Ward)',
  average: 'Mean distance between two groups',
  complete: 'Largest distance between two groups',
};

/** What is read of a persona or group. */
export type TreeGroup = Pick<CastMember, 'number' | 'colour' | 'title' | 'plotTitle'> & {
  readonly persona: Pick<CastMember['persona'], 'cluster' | 'customers'>;
};

interface Grown {
  readonly cast: readonly TreeGroup[];
  readonly kMin: number;
}

/**
 * The top of a dendrogram: every join as an elbow at its height, a broad stem for what was joined below, and the line at which it is cut.
 *
 * @param view The personas, or the groups of an algorithm that was not chosen.
 * @param tree Cut into these: `cluster` of its branches is theirs.
 * @param what What it was cut into, for the texts.
 */
export function dendrogram(
  view: Grown,
  tree: DendrogramView,
  linkage: Linkage,
  what: 'persona' | 'group' = 'persona',
): Html {
  const { cast, kMin } = view;
  const { branches, joins, cut } = tree;
  const heading = what === 'persona' ? 'Persona' : 'Group';
  const members = new Map(cast.map((member) => [member.persona.cluster, member]));
  const personaOf = ({ cluster }: Branch | Join): TreeGroup | undefined =>
    cluster === null ? undefined : members.get(cluster);
  const sizes = shownSizes(branches, members, kMin).map((size) => shownCount(size, kMin));
  const labels = branches.map((branch, i) => `${personaOf(branch)?.number ?? '–'}: ${sizes[i]}`);
  const top = joins[joins.length - 1]?.height ?? 0;
  const color = {
    condition: { test: "datum.persona === ''", value: '@soft' },
    field: 'persona',
    type: 'nominal',
    scale: castScale(cast),
    legend: null,
  };
  const x = {
    field: 'x',
    type: 'quantitative',
    title: `Number of the ${what}: customers below the branch`,
    scale: { domain: [-0.7, branches.length - 0.3], nice: false, zero: false },
    axis: {
      values: branches.map((_, i) => i),
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      labelAngle: -90,
      labelOverlap: 'greedy',
      ticks: false,
      domain: false,
    },
  };
  const y = {
    field: 'y',
    type: 'quantitative',
    title: HEIGHT[linkage],
    scale: { domain: [0, top > 0 ? top * 1.04 : 1], nice: false },
    axis: { tickCount: 6 },
  };
  return figure({
    id: 'dendrogram',
    title: 'How the groups were joined',
    note: `The last ${count(joins.length)} joins of ${grownFrom(tree)}. Each bridge joins the two groups below it, as high as they are far apart; a broad stem stands for joins further down. ${
      cut.height === null ? '' : `The dashed line is the cut: what hangs together below it is a ${what} (${cut.k}). `
    }The longer the way up from a ${what}’s own joins to the next bridge, the clearer it is apart.`,
    alt: `Dendrogram of ${branches.length} branches, the last join at a height of ${fixed(top, 2)}${
      cut.height === null ? '' : `, cut at ${fixed(cut.height, 2)} into ${cut.k} groups`
    }.`,
    spec: {
      params: [FOCUS],
      data: rowsOf(
        ['x', 'x2', 'y', 'y2', 'part', 'persona', 'heightText', 'belowText'],
        [
          ...branches.map((branch, i) => [
            i,
            i,
            0,
            round(branch.height),
            'stem',
            personaOf(branch)?.plotTitle ?? '',
            fixed(branch.height, 2),
            `${branchNames(i, i)}, customers: ${sizes[i]}`,
          ]),
          ...joins.flatMap((join) =>
            elbow(join).map((line) => [
              ...line.map(round),
              'join',
              personaOf(join)?.plotTitle ?? '',
              fixed(join.height, 2),
              branchNames(join.from, join.to),
            ]),
          ),
        ],
      ),
      width: 'container',
      height: 340,
      encoding: {
        x,
        x2: { field: 'x2' },
        y,
        y2: { field: 'y2' },
        color,
        tooltip: [
          { field: 'belowText', title: 'Below' },
          { field: 'heightText', title: 'Height' },
          { field: 'persona', title: heading },
        ],
      },
      layer: [
        {
          transform: [{ filter: "datum.part === 'stem'" }],
          mark: { type: 'rule', strokeWidth: 7 },
          encoding: { opacity: inFocus(0.4, 0.06) },
        },
        {
          transform: [{ filter: "datum.part === 'join'" }],
          mark: { type: 'rule', strokeWidth: 2, strokeCap: 'square' },
          encoding: { opacity: inFocus(1, 0.12) },
        },
        ...(cut.height === null
          ? []
          : [
              {
                data: { values: [{ y: round(cut.height), text: fixed(cut.height, 2) }] },
                mark: { type: 'rule', color: '@warn', strokeDash: [5, 4], strokeWidth: 1.6 },
                encoding: {
                  x: null,
                  x2: null,
                  y2: null,
                  color: null,
                  tooltip: [{ field: 'text', title: `Cut into ${cut.k}` }],
                },
              },
            ]),
      ],
    },
    numbers: {
      columns: [
        { head: 'Branches, from the left' },
        { head: heading },
        { head: 'Customers', numeric: true },
        { head: 'Joined at a height of', numeric: true },
        { head: 'Groups left', numeric: true },
      ],
      rows: [
        ...branches.map((branch, i) => [
          branchNames(i, i),
          personaOf(branch)?.title ?? '–',
          sizes[i],
          branch.height > 0 ? fixed(branch.height, 3) : '–',
          '–',
        ]),
        ...joins.map((join) => [
          branchNames(join.from, join.to),
          personaOf(join)?.title ?? 'above the cut',
          '–',
          fixed(join.height, 3),
          count(join.clusters),
        ]),
      ],
    },
  });
}

/** Up the left side, across, and down the right side: x, x2, y, y2 of each. */
const elbow = ({ height, left, right }: Join): number[][] => [
  [left.x, left.x, left.height, height],
  [left.x, right.x, height, height],
  [right.x, right.x, right.height, height],
];

const branchNames = (from: number, to: number): string =>
  from === to ? `Branch ${from + 1}` : `Branches ${from + 1} to ${to + 1}`;

const grownFrom = ({ leaves, size }: DendrogramView): string =>
  leaves === size
    ? `a tree of ${count(size)} customers`
    : `a tree of ${count(leaves)} small groups of neighbours that stand for ${count(size)} customers`;

/**
 * Sizes of the branches as they may be shown. Those of one persona add up to its size, which is shown elsewhere, or else is not to be worked out:
 * then at least one of its branches is not shown either.
 */
function shownSizes(branches: readonly Branch[], members: ReadonlyMap<number, TreeGroup>, kMin: number): Shown[] {
  const shown: Shown[] = branches.map(({ size }) => size);
  for (const cluster of new Set(branches.map((branch) => branch.cluster))) {
    const own = branches.flatMap((branch, i) => (branch.cluster === cluster ? [i] : []));
    const sizes = own.map((i) => branches[i].size);
    const together = suppressTogether(sizes, kMin);
    if (members.get(cluster)?.persona.customers === null && !together.some((size) => typeof size !== 'number'))
      together[sizes.indexOf(Math.min(...sizes))] = 'withheld';
    own.forEach((i, at) => (shown[i] = together[at]));
  }
  return shown;
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
