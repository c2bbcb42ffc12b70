import { z } from 'zod';
import { RUN_MODES } from '../contracts/run';
import { parseCron } from './cron';

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Seconds of a duration such as `90s`, `15m`, `6h`, `1d` or `2w`. */
export const seconds = (text: string): number => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS];

const duration = z
  .string()
  .regex(/^\d{1,6}[smhdw]$/, 'write a duration such as 30s, 15m, 6h, 1d or 2w')
  .meta({ title: 'duration' });

const cron = z.string().superRefine((text, ctx) => {
  try {
    parseCron(text);
  } catch (error) {
    ctx.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/** What happens when a night comes round while the one before still runs; all but `bufferAll` can leave out a night. */
export const OVERLAPS = ['bufferAll', 'bufferOne', 'skip', 'cancelOther'] as const;

/** When runs start by themselves; `dramatis schedule apply` puts it into force. */
export const scheduleConfig = z
  .strictObject({
    cron: cron.optional().describe('minute, hour, day of month, month, day of week; default "0 5 * * *" where there is no interval'),
    interval: duration.optional().describe('instead of cron: every so often, counted from 1970-01-01 00:00 UTC'),
    timeZone: z.string().optional().describe('IANA zone of cron and of the as-of date; default: timeZone of the project'),
    jitter: duration.default('0s').describe('starts are spread over so long; the as-of date comes from the time without it'),
    overlap: z
      .enum(OVERLAPS)
      .default('bufferAll')
      .describe(
        'while a night still runs: bufferAll runs every later one after it, bufferOne only one, skip none, cancelOther cancels the one that runs',
      ),
    catchUp: duration.default('7d').describe('nights missed while the server was down are run once each when it is back, if no older than this'),
    asOfOffset: z
      .int()
      .min(1, 'the day of the run itself is not complete: at least 1')
      .max(366)
      .default(1)
      .describe('the as-of date lies so many days before the local day of the nominal time; 1 is the last complete day'),
    mode: z.enum(RUN_MODES).default('refit').describe('refit fits a new model each night, score applies the current one, auto decides'),
  })
  .refine(({ cron: line, interval }) => line === undefined || interval === undefined, {
    error: 'give cron or interval, not both',
    path: ['interval'],
  })
  .refine(({ interval }) => interval === undefined || seconds(interval) >= 60, { error: 'an interval is at least 60s', path: ['interval'] });

export type ScheduleConfig = z.infer<typeof scheduleConfig>;

export const DEFAULT_CRON = '0 5 * * *';
