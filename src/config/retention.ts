import { z } from 'zod';

/** What garbage collection leaves: never part of a digest. */
export const retentionConfig = z.strictObject({
  releases: z.int().min(1).default(30).describe('newest releases of each environment whose artifacts stay'),
  days: z.int().min(1).default(90).describe('releases and runs younger than this keep their artifacts, however many'),
  graceHours: z
    .int()
    .min(24)
    .default(48)
    .describe('time between the first sight of garbage and its removal; longer than the longest run'),
});
