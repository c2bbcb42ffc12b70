import type { FeatureSpec } from '../../contracts/features';
import { PipelineError } from '../../contracts/errors';
import type { ProjectConfig } from '../../config/project';
import { builtInFeatures } from './built-in';
import { countryFeatures, customerFeatures, ownFeatures, productMixFeatures } from './configured';

/**
 * Every feature of a project, in the order of the columns of `features.features`.
 *
 * @throws PipelineError `CONFIG_INVALID` for two features of one name, or a customer attribute that is not declared.
 */
export function featureCatalogue(config: ProjectConfig): FeatureSpec[] {
  const features = [
    ...builtInFeatures(config.currency),
    ...productMixFeatures(config.features.productMix),
    ...countryFeatures(config),
    ...customerFeatures(config),
    ...ownFeatures(config.features.sql),
  ];
  const seen = new Map<string, string>([['pid', 'the key']]);
  for (const { name, group } of features) {
    const other = seen.get(name);
    if (other !== undefined) throw new PipelineError('CONFIG_INVALID', `features: two features are named "${name}" (groups ${other} and ${group}); rename one`, { name });
    seen.set(name, group);
  }
  return features;
}
