import { measureRun, type ProductRun } from './lib/product';

/** Where the time of one run goes, stage by stage: `node bench/run.js profile [size] [project]`, e.g. `profile 1m bench/project/product.yaml`. */
const [size = '1m', project = 'bench/project'] = process.argv.slice(2);

function lines(run: ProductRun): string[] {
  const row = (name: string, wall: number, cpu: number | null, mib?: number): string => `${name.padEnd(22)}${wall.toFixed(2).padStart(9)}${(cpu?.toFixed(2) ?? '').padStart(9)}${(mib?.toFixed(0) ?? '').padStart(9)}`;
  return [
    `${'stage'.padEnd(22)}${'wall s'.padStart(9)}${'CPU s'.padStart(9)}${'MiB'.padStart(9)}   (CPU and most memory of the worker while the stage ran)`,
    row('before first stage', run.beforeS, null),
    ...run.stages.map(({ stage, ms, cpuS, mib }) => row(stage, ms / 1_000, cpuS, mib)),
    row('after last stage', run.afterS, null),
    row('whole', run.wallS, run.cpuS, run.peakMib),
    `committed after ${run.committedS.toFixed(2)} s; server ${run.serverCpuS.toFixed(2)} CPU s; peak ${run.peakMib.toFixed(0)} MiB worker, ${run.peakTogetherMib.toFixed(0)} MiB with command`,
    `${run.customers} customers, ${run.personas} personas`,
  ];
}

void measureRun({ project, data: `bench/data/${size}` }).then((run) => process.stdout.write(`${lines(run).join('\n')}\n`));
