import { reduceBlocks } from '../../linalg/blocks';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { log } = Math;

export interface CriteriaInput {
  readonly logLikelihood: number;
  /** Free parameters, see `degreesOfFreedom`. */
  readonly df: number;
  /** Rows, or the sum of their weights. */
  readonly n: number;
  readonly k: number;
  /** Rows x k. */
  readonly responsibilities: Float64Array;
  /** Of the rows; null where each counts once. */
  readonly weights?: Float64Array | null;
}

/** Information criteria of a mixture. Lower is better in all but the entropy; mclust's BIC and ICL are the negatives of these. */
export interface Criteria {
  /** df log n − 2 log L. Schwarz, Ann. Stat. 6(2), 1978. */
  readonly bic: number;
  /** 2 df − 2 log L. Akaike, IEEE Trans. Autom. Control 19(6), 1974. */
  readonly aic: number;
  /** BIC with n adjusted to (n + 2) / 24. Sclove, Psychometrika 52(3), 1987. */
  readonly sabic: number;
  /** df (log n + 1) − 2 log L. Bozdogan, Psychometrika 52(3), 1987. */
  readonly caic: number;
  /** BIC − 2 Σ log of each row's largest responsibility. Biernacki, Celeux and Govaert, IEEE Trans. PAMI 22(7), 2000. */
  readonly icl: number;
  /**
   * Relative entropy 1 + Σ z log z / (n log k): 1 where every row is certain, 0 where none is; 1 for k = 1.
   * Celeux and Soromenho, J. Classif. 13(2), 1996.
   */
  readonly entropy: number;
}

/** Information criteria from the result of EM. O(nk). */
export function criteria({ logLikelihood, df, n, k, responsibilities, weights = null }: CriteriaInput): Criteria {
  const { certainty, negativeEntropy } = classification(responsibilities, weights, k);
  const misfit = -2 * logLikelihood;
  const bic = df * log(n) + misfit;
  return {
    bic,
    aic: 2 * df + misfit,
    sabic: df * log((n + 2) / 24) + misfit,
    caic: df * (log(n) + 1) + misfit,
    icl: bic - 2 * certainty,
    entropy: k === 1 ? 1 : 1 + negativeEntropy / (n * log(k)),
  };
}

/** Sums over rows of the logarithm of the largest responsibility, and of z log z over all. */
function classification(
  responsibilities: Float64Array,
  weights: Float64Array | null,
  k: number,
): { readonly certainty: number; readonly negativeEntropy: number } {
  const [certainty, negativeEntropy] = reduceBlocks(responsibilities.length / k, 2, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const weight = weights === null ? 1 : weights[i];
      let largest = 0;
      for (let c = i * k; c < (i + 1) * k; c++) {
        const z = responsibilities[c];
        if (z > largest) largest = z;
        if (z > 0) partial[1] += weight * z * log(z);
      }
      partial[0] += weight * log(largest);
    }
  });
  return { certainty, negativeEntropy };
}
