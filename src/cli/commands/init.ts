import { resolve } from 'node:path';
import type { Command } from 'commander';
import { copyExample } from '../../adapters/examples';
import { globalsOf } from '../options';
import { json, out, pasteable } from '../output';

export const registerInit = (program: Command): void => {
  program
    .command('init [directory]')
    .description('write a commented dramatis.yaml to start from')
    .addHelpText('after', '\nExamples:\n  dramatis init my-shop\n  cd my-shop && dramatis validate')
    .action(async (directory: string | undefined, _: unknown, command: Command) => {
      const options = globalsOf(command);
      const target = await copyExample('template', directory ?? options.project);
      if (options.json) return json({ directory: target });
      const where = pasteable(directory ?? '.');
      out(`wrote ${resolve(target, 'dramatis.yaml')}\nnext: map your columns in it, then npx dramatis validate -p ${where}, then npx dramatis run -p ${where} --as-of YYYY-MM-DD`);
    });
};
