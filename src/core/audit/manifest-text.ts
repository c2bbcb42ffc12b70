import type { Manifest } from '../../contracts/manifest';
import { digestOf, sha256Hex } from './digest';

/** The text between two marks that enclose it, the second from the end; undefined where one is missing. */
function between(text: string, start: string, end: string): string | undefined {
  const from = text.indexOf(start);
  const to = text.lastIndexOf(end);
  return from < 0 || to < from + start.length ? undefined : text.slice(from + start.length, to);
}

const fits = (text: string | undefined, digest: string, value: unknown): boolean =>
  (text !== undefined && sha256Hex(text) === digest) || digestOf(value) === digest;

/**
 * Names of the digests of a manifest that do not fit its facts; as `verifyManifest` works them out.
 *
 * @param text Its canonical JSON: what a digest covers stands in it word for word, so mostly a hash over that part is enough and the
 * costly canonical form is made only where it is not.
 */
export function wrongDigests(manifest: Manifest, text: string): ('digest' | 'resultDigest')[] {
  const { digest, resultDigest, facts } = manifest;
  const factsText = between(text, ',"facts":', ',"format":');
  const results = factsText === undefined ? undefined : between(factsText, ',"results":', ',"seed":');
  return [
    ...(fits(factsText, digest, facts) ? [] : (['digest'] as const)),
    ...(fits(results, resultDigest, facts.results) ? [] : (['resultDigest'] as const)),
  ];
}
