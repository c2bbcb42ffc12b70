import type { ProjectConfig } from '../../config/project';

export interface CategoryParams {
  /** The mapped column of the transactions; null: no mapping. */
  readonly source: string | null;
  readonly categories: { readonly list: readonly string[] };
  readonly patterns: { readonly list: readonly string[] };
}

/** The parameters of `clean/categories`: names and patterns in order, none without a mapping. */
export function categoryParams(mix: ProjectConfig['features']['productMix']): CategoryParams {
  const categories = mix?.categories ?? [];
  return { source: mix?.column ?? null, categories: { list: categories.map(({ name }) => name) }, patterns: { list: categories.map(({ pattern }) => pattern) } };
}
