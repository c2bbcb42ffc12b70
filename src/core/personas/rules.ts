import type { ProjectConfig } from '../../config/project';

type PersonasConfig = ProjectConfig['personas'];

/** How many customers the top share is, rounded up. The slack keeps 0.01 x 700 at 7. */
export const whaleCount = ({ whales }: PersonasConfig, customers: number): number =>
  Math.max(0, Math.ceil(whales.topShare * customers - 1e-9));

export const whaleRule = ({ whales }: PersonasConfig): string =>
  `top ${percent(whales.topShare)} of the customers by revenue, rounded up; ties by customer key`;

export const atRiskRule = ({ atRisk: { gapFactor, minOrders } }: PersonasConfig): string =>
  `days since the last order > ${gapFactor} × the customer's own median gap between orders, with at least ${minOrders} orders`;

const percent = (share: number): string => `${Number((share * 100).toPrecision(12))} %`;
