import { z } from 'zod';
import type { ArtifactRef } from '../contracts/artifacts';
import { cleaningConfig } from './cleaning';
import { isoDate, slug } from './common';
import { engineConfig } from './engine';
import { featuresConfig } from './features';
import { gateConfig } from './gate';
import { modelingConfig } from './modeling';
import { modesConfig } from './modes';
import { objectiveConfig } from './objective';
import { personasConfig } from './personas';
import { prepareConfig } from './prepare';
import { privacyConfig } from './privacy';
import { publishConfig } from './publish';
import { qualityConfig } from './quality';
import { scheduleConfig } from './schedule';
import { retentionConfig } from './retention';
import { sourcesConfig } from './sources';

/** `dramatis.yaml`, whole. Strict: an unknown key is an error. */
export const projectConfig = z.strictObject({
  version: z.literal(1).describe('of this format'),
  project: slug.describe('becomes part of run ids, paths and persona keys'),
  environment: slug.default('prod').describe('releases of each environment are numbered on their own'),
  title: z.string().default('').describe('heads the report'),
  asOf: isoDate.optional().describe('default business date of a run; usually given by the schedule or --as-of'),
  timeZone: z.string().default('UTC').describe('IANA zone of the business; times without a zone are read as local'),
  currency: z.string().length(3).default('EUR').describe('ISO 4217 code of every amount; nothing is converted'),
  moneyScale: z.int().min(0).max(8).default(4).describe('digits after the point that amounts are read and summed with'),
  objective: objectiveConfig,
  sources: sourcesConfig,
  quality: qualityConfig.prefault({}),
  cleaning: cleaningConfig.prefault({}),
  features: featuresConfig,
  prepare: prepareConfig.prefault({}),
  modeling: modelingConfig.prefault({}),
  modes: modesConfig.prefault({}).describe('when a run in auto mode fits a new model, and when that takes over'),
  personas: personasConfig.prefault({}),
  privacy: privacyConfig,
  publish: publishConfig.prefault({}),
  schedule: scheduleConfig.optional().describe('when runs start by themselves; "dramatis schedule apply" puts it into force'),
  retention: retentionConfig.prefault({}),
  gate: gateConfig.prefault({}),
  engine: engineConfig.prefault({}),
});

export type ProjectConfig = z.infer<typeof projectConfig>;

/** What a run reads: the config with every default filled in, and the text of the project's own SQL files by name. Kind `project.resolved`. */
export interface ResolvedProject {
  readonly format: 1;
  readonly config: ProjectConfig;
  readonly sql: Readonly<Record<string, string>>;
  /** The interview notes, kind `project.notes`: by hash, their text stays out of this document. Left out where there are none. */
  readonly notes?: ArtifactRef;
}
