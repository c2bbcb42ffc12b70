/** Vega parameter that names the persona brought forward; empty: all alike. The legend buttons set it. */
export const FOCUS = { name: 'focus', value: '' } as const;

/** Full strength for the persona in focus (or for all), faint for the others. */
export const inFocus = (full: number, faint: number): Readonly<Record<string, unknown>> => ({
  condition: { test: "focus === '' || datum.persona === focus", value: full },
  value: faint,
});
