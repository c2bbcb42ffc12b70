import type { PersonaChange, PersonaEnd, PersonaIdentity, PersonaLink, PersonaOrigin } from '../../contracts/personas';

/** Links that may be spoken of: of fewer than kMin customers not even their share. */
type Said<L extends PersonaLink> = { readonly [F in keyof L]: F extends 'key' | 'name' ? L[F] : L[F] | null };

export interface IdentityFacts {
  readonly kind: PersonaChange;
  readonly key: string;
  readonly keyBy: PersonaIdentity['keyBy'];
  readonly from: readonly Said<PersonaOrigin>[];
  /** Whether there was a release to compare with. */
  readonly first: boolean;
}

/** Why a persona has its key, in one sentence without counts of customers: shares of the members who are in both releases. */
export function identityEvidence({ kind, key, keyBy, from, first }: IdentityFacts): string {
  if (first) return 'the first release: every persona is new';
  const own = from.find((origin) => origin.key === key);
  const kept = keyBy === null || own === undefined ? '' : `; ${keptBecause(own, from, keyBy, kind)}`;
  switch (kind) {
    case 'merged':
      return `${list(from.map((origin) => `${called(origin)} brings ${percent(origin.overlap)} of its members`))}: they are one persona now${kept === '' ? '; the key is new' : kept}`;
    case 'split':
      return `a part of ${called(from[0])}, with ${percent(from[0].overlap)} of its members${kept === '' ? '; the key is new' : kept}`;
    case 'same':
      return own === undefined ? 'continues its key' : `${percent(own.overlap)} of its members are still together and make up ${percent(own.share)} of it`;
    case 'born':
      return from.length === 0 ? 'none of its members were in a persona before' : `too few of its members were together before: ${list(from.map((origin) => `${percent(origin.overlap)} of ${called(origin)}`))}`;
  }
}

export interface EndFacts {
  readonly kind: PersonaEnd;
  readonly into: readonly Said<PersonaLink>[];
}

/** Where a retired persona's members are. */
export function endEvidence({ kind, into }: EndFacts): string {
  if (into.length === 0) return 'none of its members are in a persona now';
  const where = list(into.map((link) => `${percent(link.overlap)} of its members are in ${called(link)}`));
  if (kind === 'merged') return `absorbed: ${where}`;
  return kind === 'split' ? `fell apart, and no part continues it: ${where}` : `its members scattered: ${where}`;
}

function keptBecause(own: Said<PersonaOrigin>, from: readonly Said<PersonaOrigin>[], by: 'overlap' | 'profile', kind: PersonaChange): string {
  if (by === 'profile') return `the overlaps are close, and it keeps the key ${own.key} by its profile${own.distance === null ? '' : `, ${own.distance.toFixed(2)} standard deviations away`}`;
  return kind === 'merged' && from.length > 1 ? `it keeps the key of ${called(own)}, with which it shares most` : `it keeps the key ${own.key} by the larger overlap`;
}

const called = ({ name, key }: { readonly name: string; readonly key: string }): string => `“${name}” (${key})`;
const percent = (share: number | null): string => (share === null ? 'few' : `${Math.round(share * 100)} %`);
const list = (items: readonly string[]): string => (items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`);
