import type { Stage } from '../contracts/stages';
import { clean } from './clean';
import { clustering } from './clustering';
import { extract } from './extract';
import { features } from './features';
import { personas } from './personas';
import { prepare } from './prepare';
import { quality } from './quality';
import { report } from './report';
import { selection } from './selection';

/** Names of the artifacts each stage reads, as its definition says; what a manifest's outputs were made from. */
export const STAGE_READS: Readonly<Partial<Record<Stage, readonly string[]>>> = Object.fromEntries(
  [extract, quality, clean, features, prepare, selection, clustering, personas, report].map(({ stage, reads }) => [
    stage,
    reads.map((name) => name.replace(/\?$/, '')),
  ]),
);
