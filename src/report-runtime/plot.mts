import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import { browser, type PageElement } from './page.mjs';
import { resolve } from './resolve.mjs';
import { tooltip } from './tooltip.mjs';

export interface PlotThemes {
  readonly config: unknown;
  readonly light: Readonly<Record<string, string>>;
  readonly dark: Readonly<Record<string, string>>;
}

type Container = ConstructorParameters<typeof View>[1] extends { container?: infer C } | undefined ? C : never;

/** Below this width (px) of a plot its labels are set smaller and cut earlier. */
const NARROW = 520;
const NARROW_AXIS = { labelFontSize: 11, titleFontSize: 11, labelLimit: 132, titleLimit: 300 } as const;

function narrowed(config: Config): Config {
  return {
    ...config,
    axis: { ...config.axis, ...NARROW_AXIS },
    legend: { ...config.legend, labelFontSize: 11, columns: 1 },
  };
}

/** One plot: draws itself in an appearance, and again when that changes. */
export class Plot {
  private view: View | undefined;

  constructor(
    private readonly element: PageElement,
    private readonly spec: unknown,
    private readonly themes: PlotThemes,
  ) {}

  /** Whether it is not folded away. */
  isOpen(): boolean {
    return this.element.closest('details:not([open])') === null;
  }

  isIn(details: PageElement): boolean {
    return this.element.closest('details') === details;
  }

  /** Draw synchronously: printing does not wait. Vega's expressions are interpreted, not compiled: the page allows no `eval`. */
  draw(appearance: 'light' | 'dark', focus: string): void {
    this.view?.finalize();
    const colours = this.themes[appearance];
    const base = resolve(this.themes.config, colours) as Config;
    const config = this.element.clientWidth < NARROW ? narrowed(base) : base;
    const { spec } = compile(resolve(this.spec, colours) as TopLevelSpec, { config });
    const view = new View(parse(spec, undefined, { ast: true }), {
      container: this.element as unknown as Container,
      renderer: 'svg',
      hover: true,
      expr: expressionInterpreter,
      tooltip,
    });
    this.view = view;
    this.focus(focus);
    view.run();
    this.element.setAttribute('data-drawn', browser.innerWidth.toString());
  }

  /** Bring one persona forward, or none (`''`), where the plot shows single personas. */
  focus(persona: string): void {
    if (
      this.view &&
      'focus' in (this.view.getState({ signals: (name) => name === 'focus', data: () => false }).signals ?? {})
    ) {
      this.view.signal('focus', persona).run();
    }
  }
}
