import type { PersonaChange, PersonaEnd } from '../../contracts/personas';
import type { CrossTable } from './cross-table';

export interface TransitionRule {
  /** Most of a persona, as a share of its surviving members. */
  readonly match: number;
  /** Least share of a persona's surviving members that is a part of it. */
  readonly split: number;
  /** Least share of a cluster's survivors with which a persona counts in a merger. */
  readonly merge: number;
}

/** One persona's part in one cluster, or the other way round. */
export interface Link {
  /** Row of the cross table. */
  readonly persona: number;
  readonly cluster: number;
  readonly customers: number;
  /** Share of the persona's survivors. */
  readonly overlap: number;
  /** Share of the cluster's survivors. */
  readonly share: number;
}

export interface Transitions {
  /** By cluster: split and merged as far as shared members tell, else null. */
  readonly change: readonly (Extract<PersonaChange, 'split' | 'merged'> | null)[];
  /** By cluster, where it is split or merged: the persona it is a part of, and those it holds most of. */
  readonly parents: readonly (readonly number[])[];
  /** By cluster: the personas that matter for it, largest share first; of one that is split or merged only its parents. */
  readonly from: readonly (readonly Link[])[];
  /** By persona, in the order of the table: what it is, should no cluster continue it. */
  readonly end: readonly PersonaEnd[];
  /** By persona: the clusters where its members are, most first; all that matter, and the first in any case. */
  readonly into: readonly (readonly Link[])[];
}

/**
 * External transitions of MONIC (Spiliopoulou et al., KDD 2006) on shared members, both ways:
 * - merged: a cluster that holds most (`match`) of each of two or more personas that each make up `merge` of it or more. With less a persona
 *   is absorbed, and the cluster is not called merged for it.
 * - split: a persona that has two or more parts (each `split` of it or more, in clusters whose largest origin it is) that together
 *   hold most of it. Members who move into another persona's cluster are no part.
 * A cluster that is both is merged; its parents are those of both.
 */
export function transitionsOf(table: CrossTable, { match, split, merge }: TransitionRule): Transitions {
  const { keys, shared, before, now } = table;
  const clusters = now.map((_, j) => j);
  const link = (persona: number, cluster: number): Link => {
    const customers = shared[persona][cluster];
    return { persona, cluster, customers, overlap: ratio(customers, before[persona]), share: ratio(customers, now[cluster]) };
  };
  const byShare = clusters.map((j) => keys.map((_, i) => link(i, j)).filter(({ customers }) => customers > 0).sort((a, b) => b.share - a.share || a.persona - b.persona));
  const byOverlap = keys.map((_, i) => clusters.map((j) => link(i, j)).filter(({ customers }) => customers > 0).sort((a, b) => b.overlap - a.overlap || a.cluster - b.cluster));
  const matters = ({ overlap, share }: Link): boolean => overlap >= split || share >= merge;

  const held = byShare.map((links) => links.filter(({ overlap, share }) => overlap >= match && share >= merge).map(({ persona }) => persona));
  const merged = held.map((personas) => personas.length >= 2);
  const parts = byOverlap.map((links, i) => {
    const own = links.filter(({ cluster, overlap }) => overlap >= split && byShare[cluster][0]?.persona === i);
    const together = own.reduce((sum, { customers }) => sum + customers, 0);
    return own.length >= 2 && ratio(together, before[i]) >= match ? own : [];
  });
  const fellApart = new Set(parts.flatMap((own) => own.map(({ cluster }) => cluster)));
  const parents = clusters.map((j) => [...new Set([...(fellApart.has(j) ? [byShare[j][0].persona] : []), ...(merged[j] ? held[j] : [])])]);
  return {
    parents,
    change: clusters.map((j) => (merged[j] ? 'merged' : fellApart.has(j) ? 'split' : null)),
    from: byShare.map((links, j) => links.filter((entry) => (parents[j].length > 0 ? parents[j].includes(entry.persona) : matters(entry)))),
    end: byOverlap.map((links, i): PersonaEnd => (parts[i].length > 0 ? 'split' : (links[0]?.overlap ?? 0) >= match ? 'merged' : 'retired')),
    into: byOverlap.map((links) => links.filter((entry, place) => place === 0 || matters(entry))),
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
