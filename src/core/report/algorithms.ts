import type { Algorithm } from '../../contracts/algorithms';

/** What an algorithm is called, and what to know of groups it made. */
interface Described {
  readonly name: string;
  /** What it looks for, as the end of "… looks for". */
  readonly seeks: string;
  /** Where its groups mislead: for the model card. */
  readonly limits: readonly string[];
}

const DESCRIBED: Readonly<Record<Algorithm, Described>> = {
  kmeans: {
    name: 'k-means',
    seeks: 'groups around centres: every customer belongs to the nearest centre',
    limits: [
      'k-means makes groups of similar spread in every direction; long or nested groups are cut.',
      'Every customer is put into the nearest persona, however far away it is: odd customers are in one, too.',
    ],
  },
  hierarchical: {
    name: 'Hierarchical clustering',
    seeks:
      'groups by joining the two nearest ones again and again; one tree holds the solutions for every number of groups',
    limits: [
      'The tree joins greedily: a join made early is never undone, even where a later one shows that it was wrong.',
      'Customers are placed by the nearest centre of the cut, so near the edges a persona differs from its branch of the tree.',
    ],
  },
  mixture: {
    name: 'Gaussian mixture (latent profiles)',
    seeks: 'components of a normal mixture by maximum likelihood: every customer has a probability for each of them',
    limits: [
      'Each persona is taken to be normally distributed on the scale of the model; one that is skewed or clumped may be split in two.',
      'Probabilities are those of the fitted mixture: for customers who are unlike all personas they are more certain than they should be.',
    ],
  },
  density: {
    name: 'Density',
    seeks: 'dense regions set apart by sparse ones: customers in between belong to none',
    limits: [
      'Customers outside of all dense regions belong to no persona; where density falls off gradually the edge of a persona is arbitrary.',
      'With many columns all distances become alike, and dense regions are hard to find.',
    ],
  },
};

export const algorithmName = (algorithm: Algorithm): string => DESCRIBED[algorithm].name;
/** The same within a sentence. */
export const algorithmInText = (algorithm: Algorithm): string =>
  algorithm === 'mixture' ? 'a Gaussian mixture' : algorithmName(algorithm).toLowerCase();

/** How the customers of the sample are drawn for a resample: halves where a row drawn twice would look like structure of its own. */
export const drawnAs = (algorithm: Algorithm, customers: string): string =>
  algorithm === 'mixture' || algorithm === 'density'
    ? `half of the ${customers} customers of the sample was drawn`
    : `the ${customers} customers of the sample were drawn anew, with replacement,`;

export const algorithmSeeks = (algorithm: Algorithm): string => DESCRIBED[algorithm].seeks;
export const algorithmLimits = (algorithm: Algorithm): readonly string[] => DESCRIBED[algorithm].limits;

/** `Gaussian mixture (latent profiles), VVI`. */
export const methodName = (algorithm: Algorithm, model: string | null): string =>
  model === null ? algorithmName(algorithm) : `${algorithmName(algorithm)}, ${model}`;

const VOLUME = { E: 'all personas have the same volume', V: 'each persona has a volume of its own' } as const;
const SHAPE = { E: 'all have the same shape', V: 'each has a shape of its own', I: 'all are round' } as const;
const ORIENTATION = {
  E: 'all point the same way',
  V: 'each points its own way',
  I: 'their axes run along the columns: within a persona no two columns go together',
} as const;

/** The three letters of a covariance model in words (Celeux and Govaert 1995); the name itself where it has not three of them. */
export function covarianceWords(model: string): string {
  const [volume, shape, orientation] = [...model];
  if (!(volume in VOLUME) || !(shape in SHAPE) || !(orientation in ORIENTATION)) return model;
  const first = `${VOLUME[volume as keyof typeof VOLUME]}, ${SHAPE[shape as keyof typeof SHAPE]}`;
  return shape === 'I' ? first : `${first}, ${ORIENTATION[orientation as keyof typeof ORIENTATION]}`;
}

/** How BIC and ICL are to be read: stated wherever they are shown. */
export const BIC_SCALE = 'lower is better; mclust prints the negative';
