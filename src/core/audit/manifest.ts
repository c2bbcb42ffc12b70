import type { Manifest, ManifestFacts, ManifestObservations } from '../../contracts/manifest';
import { PipelineError } from '../../contracts/errors';
import { digestOf } from './digest';

/** The record of a run: `digest` covers all facts, `resultDigest` only decisions and outputs, neither any observation. */
export function buildManifest(
  facts: ManifestFacts,
  observations: ManifestObservations,
  idempotencyKey: string,
): Manifest {
  return {
    format: 1,
    digest: digestOf(facts),
    resultDigest: digestOf(facts.results),
    idempotencyKey,
    facts,
    observations,
  };
}

/**
 * Work both digests out again.
 *
 * @throws PipelineError `OBJECT_CORRUPT` naming the digest that does not fit its facts.
 */
export function verifyManifest(manifest: Manifest): void {
  const { digest, resultDigest } = buildManifest(manifest.facts, manifest.observations, manifest.idempotencyKey);
  for (const [name, found, expected] of [
    ['digest', manifest.digest, digest],
    ['resultDigest', manifest.resultDigest, resultDigest],
  ] as const) {
    if (found !== expected) {
      throw new PipelineError(
        'OBJECT_CORRUPT',
        `the manifest of run ${manifest.observations.runId} says ${name} ${found}, its facts give ${expected}`,
        {
          name,
          found,
          expected,
        },
      );
    }
  }
}
