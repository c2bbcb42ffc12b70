import type { Algorithm } from '../../../contracts/algorithms';
import { densityFitter } from './density';
import type { Fitter } from './fitter';
import { hierarchicalFitter } from './hierarchical';
import { kmeansFitter } from './kmeans';
import { mixtureFitter } from './mixture';

/** Every algorithm that can compete. A fitter is only ever given candidates of its own algorithm. */
const FITTERS = {
  kmeans: kmeansFitter,
  hierarchical: hierarchicalFitter,
  mixture: mixtureFitter,
  density: densityFitter,
};

export const fitterOf = (algorithm: Algorithm): Fitter => FITTERS[algorithm] as unknown as Fitter;
export { thinned } from './density';
export { optionsOf } from './fitter';
export type { Fit, FitOptions, Fitter } from './fitter';
