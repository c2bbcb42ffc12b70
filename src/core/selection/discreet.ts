import type { Candidate, Contender, SelectionReport } from '../../contracts/selection';
import { discreet, discreetEvidence, outsideOf } from '../privacy/discreet';
import { shownOrNull, suppressTogether } from '../privacy/suppress';

type Say = (text: string) => string;

function discreetCandidate(candidate: Candidate, said: Say, kMin: number): Candidate {
  const { sizes, gates, rejectedStarts, why } = candidate;
  return {
    ...candidate,
    why: said(why),
    gates: gates.map((gate) => ({ ...gate, evidence: discreetEvidence(gate, sizes, outsideOf(candidate), kMin) })),
    rejectedStarts: rejectedStarts.map((start) => ({ ...start, reason: said(start.reason) })),
  };
}

/** What an algorithm offers, with texts that give no count of 1 to kMin − 1 customers away: they go into warnings, errors and manifests. */
export function discreetContender<S>(contender: Contender<S>, kMin: number): Contender<S> {
  const { candidates, none, warnings, evidence, blrt } = contender;
  const said: Say = (text) => discreet(text, candidates, kMin);
  return {
    ...contender,
    candidates: candidates.map((candidate) => discreetCandidate(candidate, said, kMin)),
    none: none === null ? null : said(none),
    evidence: evidence.map((choice) => ({ ...choice, note: said(choice.note) })),
    ...(blrt && { blrt: { ...blrt, tests: blrt.tests.map((test) => ({ ...test, reason: test.reason === null ? null : said(test.reason) })) } }),
    warnings: warnings.map(said),
  };
}

/** The same of a report; one that was made from such offers stays as it is. */
export function discreetSelection<S>(selection: SelectionReport<S>, kMin: number): SelectionReport<S> {
  const { candidates, why, warnings, withoutFinalist } = selection;
  const said: Say = (text) => discreet(text, candidates, kMin);
  return {
    ...selection,
    why: said(why),
    warnings: warnings.map(said),
    withoutFinalist: withoutFinalist.map((entry) => ({ ...entry, why: said(entry.why) })),
    candidates: candidates.map((candidate) => discreetCandidate(candidate, said, kMin)),
  };
}

/** Sizes and shares of a candidate as they may be shown: null instead of 1 to kMin − 1 customers, and instead of what these would follow from. */
export function shownSizes({ sizes, shares, unassigned }: Candidate, kMin: number): {
  readonly sizes: readonly (number | null)[];
  readonly shares: readonly (number | null)[];
  readonly unassigned: number | null;
} {
  const outside = outsideOf({ sizes, unassigned });
  const shown = suppressTogether([...sizes, outside], kMin).map(shownOrNull);
  return {
    sizes: shown.slice(0, sizes.length),
    shares: shares.map((share, c) => (shown[c] === null ? null : share)),
    unassigned: shown[sizes.length] === null ? null : unassigned,
  };
}
