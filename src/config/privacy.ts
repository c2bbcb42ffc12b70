import { z } from 'zod';

export const privacyConfig = z.strictObject({
  purpose: z.string().min(1).describe('why customers are grouped: heads the model card'),
  projectKey: z
    .strictObject({
      env: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/)
        .optional()
        .describe('environment variable that holds it'),
      file: z.string().optional().describe('file that holds it (mode 0600), relative to this file'),
    })
    .refine(
      (k) => k.env !== undefined || k.file !== undefined,
      'name an environment variable or a key file (mode 0600)',
    )
    .describe('secret for keyed pseudonyms and the vault: 64 hex digits; the environment wins'),
  kMin: z.int().min(1).default(11).describe('published cells with fewer customers are suppressed'),
});
