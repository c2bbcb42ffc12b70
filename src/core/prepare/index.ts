export type { FeatureRow } from './apply';
export { applyPreprocessing } from './apply';
export { planColumns } from './columns';
export { fitPreprocessing, fitSteps } from './fit';
