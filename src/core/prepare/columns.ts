import type { FeatureSpec } from '../../contracts/features';
import { PipelineError } from '../../contracts/errors';
import type { Basis } from './basis';
import { nearestNames } from './names';

/** A model column before anything is fitted. */
export interface ColumnPlan {
  readonly column: string;
  readonly from: readonly string[];
  readonly basis: Basis;
}

/**
 * The model columns of `features.model`: a feature as itself, a lone share as a logit, the name of a whole of D parts as its
 * D - 1 pivot coordinates `<whole>_ilr_<i>`.
 *
 * @throws PipelineError `CONFIG_INVALID` for an unknown name (with the nearest ones), a repeated one, a category, a score, one part of a whole.
 */
export function planColumns(model: readonly string[], features: readonly FeatureSpec[], pseudoCount: number): ColumnPlan[] {
  const repeated = model.find((name, i) => model.indexOf(name) !== i);
  if (repeated !== undefined) throw invalid(repeated, 'is listed twice');
  return model.flatMap((name) => {
    const parts = features.filter(({ whole }) => whole === name);
    if (parts.length > 0) return logRatios(name, parts, pseudoCount);
    const feature = features.find((spec) => spec.name === name);
    if (feature === undefined) throw unknown(name, features);
    return [single(feature, pseudoCount)];
  });
}

function logRatios(whole: string, parts: readonly FeatureSpec[], pseudoCount: number): ColumnPlan[] {
  if (parts.length < 2) throw invalid(whole, 'has a single part, which is always 1: leave it out');
  const from = parts.map(({ name }) => name);
  return from.slice(1).map((_, i) => ({ column: `${whole}_ilr_${i + 1}`, from, basis: { kind: 'ilr', pivot: i + 1, pseudoCount } }));
}

function single({ name, kind, whole }: FeatureSpec, pseudoCount: number): ColumnPlan {
  switch (kind) {
    case 'category':
      throw invalid(name, 'is a category: categories describe personas, they do not make them. Remove it from features.model');
    case 'score':
      throw invalid(name, 'is a score of few levels, for profiles only. Name the feature it is made from (recency_days, frequency, monetary)');
    case 'part':
      throw invalid(name, `is one part of "${whole}": parts enter together, as log-ratios. Name "${whole}" instead`);
    case 'share':
      return { column: name, from: [name], basis: { kind: 'logit', pseudoCount } };
    default:
      return { column: name, from: [name], basis: { kind: 'identity' } };
  }
}

function unknown(name: string, features: readonly FeatureSpec[]): PipelineError {
  const known = [...new Set(features.flatMap((f) => (f.kind === 'category' || f.kind === 'score' ? [] : [f.whole ?? f.name])))];
  const nearest = nearestNames(name, known);
  const hint = `Did you mean ${nearest.map((n) => `"${n}"`).join(' or ')}?`;
  return invalid(name, nearest.length === 0 ? `is no feature. Known: ${known.join(', ')}` : `is no feature. ${hint}`, { nearest });
}

const invalid = (name: string, problem: string, details: Record<string, unknown> = {}): PipelineError =>
  new PipelineError('CONFIG_INVALID', `features.model: "${name}" ${problem}`, { path: 'features.model', value: name, ...details });
