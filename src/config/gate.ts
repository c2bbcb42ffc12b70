import { z } from 'zod';

/**
 * When a release waits for an approval. Part of no digest: it says when a release may be published, not what it is; the ledger has it with
 * every verdict.
 */
export const gateConfig = z.strictObject({
  enabled: z.boolean().default(false).describe('off: every release is published by itself, with the rule "gate/off" as its approver'),
  sizeJump: z
    .number()
    .min(0)
    .default(0.3)
    .describe('a persona whose share of the customers grew or shrank by more than this part of what it was holds the release'),
  drift: z.number().min(0).default(0.25).describe('a feature whose population stability index (PSI) is above this holds the release'),
  warnings: z.int().min(0).default(0).describe('failed quality checks of severity "warn" that pass'),
  births: z.int().min(0).default(0).describe('new personas that pass'),
  deaths: z.int().min(0).default(0).describe('retired personas that pass'),
  timeoutHours: z
    .number()
    .positive()
    .max(24 * 60)
    .default(72)
    .describe('how long a held release waits for an approval; then it is not released'),
});

export type GateConfig = z.infer<typeof gateConfig>;
