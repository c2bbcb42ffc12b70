import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { PersonasReport } from '../../src/contracts/personas';
import { openShopStages, TO_FEATURES, TO_PERSONAS, type ShopOptions } from './shop-stages';

const AS_OF = '2026-06-30';
const K = 6;

/** The releases that follow each other, each matched to the one before. */
export interface ForcedChanges {
  /** Six personas of all customers. */
  readonly first: PersonasReport;
  /** One cluster less: two personas have to come together. */
  readonly merger: PersonasReport;
  /** One more again: one has to fall apart. */
  readonly split: PersonasReport;
  /** The key of the persona whose customers are then all gone. */
  readonly victim: string;
  readonly death: PersonasReport;
  /** They are back: customers that were in no persona before. */
  readonly birth: PersonasReport;
}

/** Force each transition on the shop's customers: mergers and splits by the number of clusters, death and birth by the customers there are. */
export async function forcedChanges(options: ShopOptions): Promise<ForcedChanges> {
  const shop = await openShopStages(options);
  try {
    const all = await shop.through({ asOf: AS_OF, k: K }, {}, TO_FEATURES);
    let release = 0;
    const personas = async (features: ArtifactRefs, k: number, parent: ArtifactRefs) => {
      const outputs = await shop.through({ asOf: AS_OF, k }, { ...features, ...parent }, TO_PERSONAS);
      return {
        outputs,
        report: await shop.artifacts.readJson<PersonasReport>(outputs['personas.personas']),
        asParent: await shop.parentOf(outputs, ++release),
      };
    };
    const first = await personas(all, K, {});
    const merger = await personas(all, K - 1, first.asParent);
    const split = await personas(all, K, merger.asParent);
    // one that stands apart, so that the others stay as they are without it
    const [{ key: victim }] = [...split.report.personas].sort((a, b) => apartness(b) - apartness(a));
    const left = await shop.reading(
      { 'features.features': all['features.features'], 'personas.memberships': split.outputs['personas.memberships'] },
      (session) =>
        session.save(
          'features.features',
          'SELECT f.* FROM features.features AS f JOIN personas.memberships AS m ON m.pid = f.pid WHERE m.persona_key <> $victim ORDER BY f.pid',
          { victim },
        ),
    );
    const death = await personas({ ...all, 'features.features': left }, K - 1, split.asParent);
    const birth = await personas(all, K, death.asParent);
    return { first: first.report, merger: merger.report, split: split.report, victim, death: death.report, birth: birth.report };
  } finally {
    await shop.close();
  }
}

const apartness = ({ traits: [strongest] }: PersonasReport['personas'][number]): number => Math.abs(strongest.z);

export const kindsOf = ({ personas, retired }: PersonasReport): string[] =>
  [...personas.map(({ change }) => change), ...retired.map(({ kind }) => `retired: ${kind}`)].sort();
