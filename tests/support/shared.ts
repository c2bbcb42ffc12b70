import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(process.env.DRAMATIS_SHARED ?? '../shared');

/** Absolute path of a shared data set or reference file. */
export const shared = (path: string): string => resolve(root, path);

const present = existsSync(root);
const required = process.env.DRAMATIS_REQUIRE_SHARED === '1';
if (!present && !required) process.stderr.write(`skipped: shared data sets are not at ${root} (set DRAMATIS_SHARED)\n`);

/** Runs where the shared data are; skipped with a printed reason elsewhere; fails where they are required and absent. */
export const itWithShared = present || required ? it : it.skip;
export const describeWithShared = present || required ? describe : describe.skip;
