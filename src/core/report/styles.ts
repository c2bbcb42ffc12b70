import { LAYOUT } from './styles/layout';
import { PARTS } from './styles/parts';
import { PRINT } from './styles/print';
import { TABLES } from './styles/tables';
import { DARK, diverging, HEAT_STEPS, LIGHT, type Theme } from './theme';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

function variables(theme: Theme): string {
  const { personas, ...single } = theme;
  const names = Object.entries(single).map(([name, value]) => `--${kebab(name)}:${value}`);
  return [...names, ...personas.map((value, i) => `--p${i}:${value}`)].join(';');
}

function heat(theme: Theme): string {
  const steps = Array.from({ length: 2 * HEAT_STEPS + 1 }, (_, i) => i - HEAT_STEPS);
  return steps
    .map((step) => {
      const { fill, text } = diverging(theme, step);
      return `.h${step}{background:${fill};color:${text}}`;
    })
    .join('');
}

/** The whole style sheet: one block, so that the content security policy can name it by its hash. */
export function styleSheet(): string {
  return [
    `:root{color-scheme:light dark;${variables(LIGHT)}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)}}}`,
    LIGHT.personas.map((_, i) => `.p${i}{--c:var(--p${i})}`).join(''),
    LAYOUT,
    PARTS,
    TABLES,
    heat(LIGHT),
    `@media screen and (prefers-color-scheme:dark){${heat(DARK)}}`,
    PRINT,
  ].join('\n');
}
