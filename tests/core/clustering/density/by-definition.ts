import type { Matrix } from '../../../../src/core/linalg/matrix';

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly mutual: number;
  readonly squared: number;
}

interface Part {
  readonly rows: readonly number[];
  readonly birth: number;
  /** Rows that leave it, with their distances; then the parts it splits into. */
  readonly leaving: [row: number, distance: number][];
  readonly parts: Part[];
}

const squaredBetween = ({ cols, values }: Matrix, a: number, b: number): number => {
  let sum = 0;
  for (let j = 0; j < cols; j++) sum += (values[a * cols + j] - values[b * cols + j]) ** 2;
  return sum;
};

/** Rows connected by the edges, each group ascending. */
function groupsOf(rows: readonly number[], edges: readonly Edge[]): number[][] {
  const group = new Map(rows.map((row) => [row, row]));
  for (const { a, b } of edges) {
    const [from, to] = [group.get(a)!, group.get(b)!];
    if (from !== to) for (const [row, g] of group) if (g === from) group.set(row, to);
  }
  const members = new Map<number, number[]>();
  for (const row of rows) members.set(group.get(row)!, [...(members.get(group.get(row)!) ?? []), row]);
  return [...members.values()];
}

/**
 * HDBSCAN as it is defined, without a spanning tree: of the graph of all pairs the longest edges go first, all equal ones at once, and every part is
 * looked at anew. O(n⁴) or so: for a handful of rows.
 *
 * @returns Label of each row in no particular order, −1 for noise.
 */
export function hdbscanByDefinition(x: Matrix, minClusterSize: number, minSamples: number): number[] {
  const all = Array.from({ length: x.rows }, (_, i) => i);
  const core = all.map((i) => Math.sqrt(all.map((j) => squaredBetween(x, i, j)).sort((a, b) => a - b)[minSamples - 1]));
  const edges = all.flatMap((a) =>
    all.slice(a + 1).map((b): Edge => {
      const squared = squaredBetween(x, a, b);
      return { a, b, squared, mutual: Math.max(core[a], core[b], Math.sqrt(squared)) };
    }),
  );
  const isShorter = (e: Edge, f: Edge): boolean =>
    e.mutual < f.mutual || (e.mutual === f.mutual && e.squared < f.squared);

  const fill = (part: Part, rows: readonly number[]): void => {
    let inside = edges.filter(({ a, b }) => rows.includes(a) && rows.includes(b));
    let cut = inside[0];
    let groups = [[...rows]];
    while (groups.length === 1) {
      cut = inside.reduce((longest, edge) => (isShorter(longest, edge) ? edge : longest));
      inside = inside.filter((edge) => isShorter(edge, cut));
      groups = groupsOf(rows, inside);
    }
    const large = groups.filter((group) => group.length >= minClusterSize);
    for (const group of groups)
      if (!large.includes(group)) for (const row of group) part.leaving.push([row, cut.mutual]);
    if (large.length === 1) fill(part, large[0]);
    else
      for (const group of large) {
        const below: Part = { rows: group, birth: cut.mutual, leaving: [], parts: [] };
        part.parts.push(below);
        fill(below, group);
      }
  };
  const root: Part = { rows: all, birth: Infinity, leaving: [], parts: [] };
  fill(root, all);

  const massOf = ({ birth, leaving, parts }: Part): number => {
    const density = (distance: number): number => 1 / distance - 1 / birth;
    const own = leaving.map(([, distance]) => distance).sort((a, b) => a - b);
    const inside = parts.reduce((sum, part) => sum + part.rows.length, 0);
    const left = own.reduce((sum, distance) => sum + density(distance), 0);
    return inside > 0 ? left + density(parts[0].birth) * inside : left;
  };
  const choose = (part: Part): { mass: number; chosen: Part[] } => {
    const below = part.parts.map(choose);
    const masses = below.map(({ mass }) => mass).sort((a, b) => a - b);
    const mass = masses.reduce((sum, one) => sum + one, 0);
    const own = massOf(part);
    return own >= mass ? { mass: own, chosen: [part] } : { mass, chosen: below.flatMap(({ chosen }) => chosen) };
  };
  const labels = all.map(() => -1);
  root.parts
    .flatMap((part) => choose(part).chosen)
    .forEach(({ rows }, label) => rows.forEach((row) => (labels[row] = label)));
  return labels;
}
