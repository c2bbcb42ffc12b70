import { figure, rowsOf } from '../figure';
import { list, money, count, percent } from '../format';
import type { Html } from '../html';
import { BROKEN_LABELS, type View } from '../view';
import { NO_PERSONA } from './scatter';

/** Share of customers beside share of revenue, one pair of bars per persona. */
export function sizeAndRevenue({ cast, personas }: View): Html {
  const measures = ['Share of customers', `Share of revenue (${personas.revenue})`];
  const { unassigned } = personas;
  const groups = [
    ...cast.map(({ plotTitle, title, persona: { customers, share, revenue, revenueShare } }) => ({
      plotTitle,
      title,
      customers,
      share,
      revenue,
      revenueShare,
    })),
    ...(unassigned.customers === 0 ? [] : [{ plotTitle: NO_PERSONA, title: NO_PERSONA, ...unassigned }]),
  ];
  const rows = groups.flatMap(({ plotTitle, share, revenueShare }) => [
    [plotTitle, measures[0], share, percent(share)],
    [plotTitle, measures[1], revenueShare, percent(revenueShare)],
  ]);
  return figure({
    id: 'size-and-revenue',
    title: 'How many they are, and what they bring',
    alt: `Bars of the share of customers and of revenue for ${list(
      cast.map(
        ({ persona: p }) => `${p.name}: ${percent(p.share)} of customers, ${percent(p.revenueShare)} of revenue`,
      ),
    )}.`,
    spec: {
      data: rowsOf(['persona', 'measure', 'share', 'text'], rows),
      width: 'container',
      height: groups.length * 54,
      encoding: {
        y: {
          field: 'persona',
          type: 'nominal',
          sort: null,
          title: null,
          axis: { ...BROKEN_LABELS, domain: false, ticks: false, labelPadding: 10 },
          scale: { paddingInner: 0.3 },
        },
        yOffset: { field: 'measure', type: 'nominal', sort: measures },
        x: {
          field: 'share',
          type: 'quantitative',
          title: null,
          axis: { format: '.0%', tickCount: 5 },
          scale: {
            domain: [
              0,
              1.32 * Math.max(...groups.flatMap(({ share, revenueShare }) => [share ?? 0, revenueShare ?? 0, 0.01])),
            ],
            nice: false,
          },
        },
        tooltip: [
          { field: 'persona', title: 'Persona' },
          { field: 'measure', title: 'Measure' },
          { field: 'text', title: 'Share' },
        ],
      },
      layer: [
        {
          mark: { type: 'bar', cornerRadiusEnd: 3 },
          encoding: {
            color: {
              field: 'measure',
              type: 'nominal',
              scale: { domain: measures, range: ['@neutral', '@accent'] },
              legend: { orient: 'top', title: null, direction: 'horizontal' },
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5, color: '@ink', fontSize: 12 },
          encoding: { text: { field: 'text' } },
        },
      ],
    },
    numbers: {
      columns: [
        { head: 'Persona' },
        { head: 'Customers', numeric: true },
        { head: 'Share', numeric: true },
        { head: 'Revenue', numeric: true },
        { head: 'Share', numeric: true },
        { head: 'Revenue per customer', numeric: true },
      ],
      rows: groups.map(({ title, customers, share, revenue, revenueShare }) => [
        title,
        count(customers),
        percent(share),
        money(revenue, personas.currency),
        percent(revenueShare),
        money(customers ? Number(revenue) / customers : null, personas.currency),
      ]),
    },
  });
}
