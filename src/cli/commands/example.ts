import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { EXAMPLES, copyExample, exampleDirectory, generateShop, onlineRetailData } from '../../adapters/examples';
import { PipelineError } from '../../contracts/errors';
import { globalsOf, integer, type GlobalOptions } from '../options';
import { json, note, out, pasteable } from '../output';
import { printResult, resultJson } from '../run-result';
import { truthOf } from '../shop-truth';
import { openWorkspace } from '../workspace';
import { runWorkspace } from './run';

interface ExampleOptions {
  readonly run?: boolean;
  readonly customers?: number;
  readonly seed?: number;
}

const RUNNABLE = EXAMPLES.filter((name) => name !== 'template');

export const registerExample = (program: Command): void => {
  program
    .command('example <name> [directory]')
    .description(`run an example (${RUNNABLE.join(', ')}), or write the shop's exports at any size`)
    .option('--run', 'run it, its data generated or found; in [directory], or where it is')
    .option('--customers <n>', 'shop: how many customers', integer(100, 5_000_000))
    .option('--seed <n>', 'shop: seed of the generated exports', integer(0))
    .addHelpText('after', '\nExamples:\n  dramatis example shop --run\n  dramatis example online-retail --run --data ~/data/online_retail\n  dramatis example shop --customers 2000 --seed 7 my-shop')
    .action(async (name: string, directory: string | undefined, example: ExampleOptions, command: Command) => {
      const options = globalsOf(command);
      const known = RUNNABLE.find((candidate) => candidate === name);
      if (!known) throw new PipelineError('CONFIG_INVALID', `there is no example "${name}"; choose one of ${RUNNABLE.join(', ')}`);
      if (example.run) return runExample(known, directory, options, command);
      if (directory === undefined) throw new PipelineError('CONFIG_INVALID', `name a folder to write the example to, or give --run`);
      const target = await copyExample(known, resolve(directory));
      if (known === 'shop') await makeShop(resolve(target, 'data'), example, options.json === true);
      if (options.json) return json({ example: known, directory: target });
      out(`wrote ${target}\nnext: npx dramatis run -p ${pasteable(directory)}`);
    });
};

async function makeShop(directory: string, { customers, seed }: ExampleOptions, quiet: boolean): Promise<void> {
  const log = quiet ? () => undefined : note;
  await generateShop({ directory, log, ...(customers !== undefined && { customers }), ...(seed !== undefined && { seed }) });
}

async function runExample(
  name: 'shop' | 'online-retail',
  directory: string | undefined,
  options: GlobalOptions,
  command: Command,
): Promise<void> {
  const quiet = options.json === true;
  const project = directory === undefined ? exampleDirectory(name) : await placeOf(name, resolve(directory));
  const shop = resolve(project, 'data');
  if (name === 'shop') await makeShop(shop, command.opts<ExampleOptions>(), quiet);
  const data = name === 'online-retail' ? onlineRetailData(options.data === undefined ? {} : { data: options.data }) : undefined;
  const workspace = await openWorkspace({ ...options, project, ...(data !== undefined && { data }) });
  const result = await runWorkspace(workspace, { reason: `example ${name}` }, { quiet });
  const truth = name === 'shop' ? await truthOf(workspace, result, shop) : null;
  if (quiet) return json({ ...resultJson(result), truth });
  printResult(result);
  if (truth) out(`\nplanted   ${truth.sentence}`);
  out(pc.dim(`\nnext: ${pc.bold(`npx dramatis personas -p ${pasteable(directory ?? `examples/${name}`)}`)}, or "npx dramatis --help"`));
}

/** A folder that has the example already is used as it is. */
const placeOf = async (name: 'shop' | 'online-retail', directory: string): Promise<string> =>
  existsSync(resolve(directory, 'dramatis.yaml')) ? directory : copyExample(name, directory);
