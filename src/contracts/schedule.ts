import type { RefreshRequest } from './run';

/** What turns a nominal time into an as-of date. */
export interface NightlySchedule {
  readonly id: string;
  /** IANA zone. */
  readonly timeZone: string;
  /** Days between the local day of the nominal time and the as-of date. */
  readonly asOfOffset: number;
}

/** The argument of the workflow `nightly`: all of a request but the day. */
export interface NightlyRequest {
  readonly schedule: NightlySchedule;
  readonly refresh: Omit<RefreshRequest, 'asOf'>;
  /** When it comes round, as the config says it: the server keeps no text. */
  readonly spec: ScheduleSpecText;
}

/** The spec of a schedule in the words of the config. */
export interface ScheduleSpecText {
  readonly cron: string | null;
  readonly interval: string | null;
  readonly timeZone: string;
  readonly jitter: string;
  readonly overlap: string;
  readonly catchUp: string;
  readonly asOfOffset: number;
}

/** Set by the server on what a schedule starts. */
export const NOMINAL_TIME = { name: 'TemporalScheduledStartTime', type: 'DATETIME' } as const;
