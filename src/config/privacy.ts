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
  record: z
    .strictObject({
      controller: z.string().optional().describe('name and address of the controller'),
      contact: z.string().optional().describe('how the controller, its representative or the data protection officer is reached'),
      legalBasis: z.string().optional().describe('of Art. 6 GDPR, e.g. "legitimate interest (Art. 6(1)(f))"'),
      recipients: z.string().optional().describe('who gets the releases'),
      transfers: z.string().optional().describe('to third countries, with the safeguards; "none" where there are none'),
      retention: z.string().optional().describe('when personal data are erased'),
      security: z.string().optional().describe('measures beyond those that Dramatis takes itself'),
    })
    .optional()
    .describe('what "dramatis gdpr record" cannot know: the rest of the record of processing (Art. 30 GDPR); part of no digest'),
  kMin: z.int().min(1).default(11).describe('published cells with fewer customers are suppressed'),
});
