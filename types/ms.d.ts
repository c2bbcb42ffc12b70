// `ms` ships types that TypeScript cannot see under node16 resolution; without this, Temporal's `Duration` would be `any`.
declare module 'ms' {
  type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'y';
  type LongUnit =
    | 'millisecond' | 'milliseconds' | 'second' | 'seconds' | 'minute' | 'minutes'
    | 'hour' | 'hours' | 'day' | 'days' | 'week' | 'weeks';
  export type StringValue = `${number}` | `${number}${Unit}` | `${number} ${LongUnit}`;
}
