import type { Command } from 'commander';
import { configJsonSchema } from '../../config/json-schema';
import { loadProject } from '../../adapters/project/load';
import { configDigest } from '../../core/audit';
import { globalsOf } from '../options';
import { json, note, out } from '../output';

export const registerValidate = (program: Command): void => {
  program
    .command('validate')
    .description('check dramatis.yaml without running anything')
    .option('--schema', 'print the JSON Schema of dramatis.yaml, for editors')
    .addHelpText('after', '\nExamples:\n  dramatis validate --project examples/shop\n  dramatis validate --schema > dramatis.schema.json')
    .action(async ({ schema }: { schema?: boolean }, command: Command) => {
      if (schema) return json(configJsonSchema());
      const options = globalsOf(command);
      const { resolved, file, notes, warnings } = await loadProject(options.project);
      const { project, environment, sources, features } = resolved.config;
      const digest = configDigest(resolved);
      if (options.json) return json({ file, project, environment, configDigest: digest, notes: notes?.document.notes.length ?? 0, valid: true, warnings });
      for (const warning of warnings) note(`warning: ${warning}`);
      out(`${file} is valid: project ${project} (${environment}), ${Object.keys(sources).join(' and ')}, ${features.model.length} features in the model, ${notes === null ? '' : `${notes.document.notes.length} interview notes, `}config digest ${digest.slice(0, 12)}`);
    });
};
