import type { ReportInputs } from '../../../src/core/report/inputs';
import { renderModelCard } from '../../../src/core/report/model-card';
import { renderReport } from '../../../src/core/report/page';
import { viewOf } from '../../../src/core/report/view';
import { reportFixture } from '../../support/report-fixture';

/** The fixture with its last persona of 7 customers, who bring 7,654.32. */
function withSmallPersona(): ReportInputs {
  const inputs = reportFixture();
  const all = inputs.personas.personas;
  const small = { ...all[all.length - 1], customers: 7, share: 7 / 4338, revenue: '7654.3200', revenueShare: 0.00015 };
  return { ...inputs, personas: { ...inputs.personas, personas: [...all.slice(0, -1), small] } };
}

describe('a persona of fewer than kMin customers', () => {
  const inputs = withSmallPersona();
  const view = viewOf(inputs);
  const sizes = view.cast.map(({ persona }) => persona.customers);

  it('has no size and no revenue in the report, nor has the next smallest', () => {
    expect(sizes.filter((n) => n === null)).toHaveLength(2);
    expect(sizes[sizes.length - 1]).toBeNull();
    const html = renderReport(inputs, 'globalThis.ran=true');
    expect(html).not.toContain('<dd>7 ');
    expect(html).not.toContain('£7,654');
    expect(html).toContain('<dd>– <span>–</span></dd>');
  });

  it('has none in the model card', () => {
    const { title } = view.cast[view.cast.length - 1];
    expect(renderModelCard(inputs)).toMatch(new RegExp(`\\| ${title} \\| \`psn_\\w+\` \\| – \\| – \\| – \\|`));
  });
});
