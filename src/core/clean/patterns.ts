import type { ProjectConfig } from '../../config/project';

export interface ConfiguredPattern {
  /** Place in `dramatis.yaml`. */
  readonly path: string;
  readonly pattern: string;
}

/** Every regular expression the cleaning uses, to be tried before any row is read. */
export function configuredPatterns({ cleaning, features }: ProjectConfig): ConfiguredPattern[] {
  const patterns: { path: string; pattern: string | undefined }[] = [
    { path: 'cleaning.badDebt.orderPattern', pattern: cleaning.badDebt?.orderPattern },
    { path: 'cleaning.nonProducts.codePattern', pattern: cleaning.nonProducts?.codePattern },
    { path: 'cleaning.cancellations.orderPattern', pattern: cleaning.cancellations?.orderPattern },
    ...(features.productMix?.categories ?? []).map(({ pattern }, i) => ({ path: `features.productMix.categories[${i}].pattern`, pattern })),
  ];
  return patterns.flatMap(({ path, pattern }) => (pattern === undefined ? [] : [{ path, pattern }]));
}
