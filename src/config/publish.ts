import { z } from 'zod';
import { channelTarget, filesTarget, postgresTarget, s3Target, webhookTarget } from './targets';

/** A path as written, without what changes nothing: `./out/` is `out`. */
const plainPath = (path: string): string =>
  path.slice(0, 1).replace(/[^/]/, '') +
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

const target = z.discriminatedUnion('type', [filesTarget, channelTarget, postgresTarget, s3Target, webhookTarget]);

/** One entry of `publish.targets`. */
export type TargetConfig = z.infer<typeof target>;
export type TargetOf<T extends TargetConfig['type']> = Extract<TargetConfig, { type: T }>;

const pathOf = (candidate: TargetConfig): string | undefined => ('path' in candidate ? candidate.path : undefined);

export const publishConfig = z.strictObject({
  targets: z
    .array(target)
    .superRefine((targets, ctx) => {
      for (const [i, candidate] of targets.entries()) {
        const { name } = candidate;
        const path = pathOf(candidate);
        const before = targets.slice(0, i);
        if (before.some((other) => other.name === name))
          ctx.addIssue({ code: 'custom', path: [i, 'name'], message: `two targets are called "${name}"` });
        const same =
          path === undefined
            ? undefined
            : before.find((other) => {
                const others = pathOf(other);
                return others !== undefined && plainPath(others) === plainPath(path);
              });
        if (same)
          ctx.addIssue({
            code: 'custom',
            path: [i, 'path'],
            message: `"${same.name}" has this folder: give each target its own`,
          });
        if (candidate.type !== 'channel' || candidate.customerIds) continue;
        for (const [c, { column }] of candidate.columns.entries()) {
          if (column !== 'customer_id') continue;
          const message = 'customer ids are restored only where customerIds is true';
          ctx.addIssue({ code: 'custom', path: [i, 'columns', c, 'column'], message });
        }
      }
    })
    .default([{ name: 'files', type: 'files', formats: ['parquet', 'csv', 'json', 'duckdb'], customerIds: false }]),
});
