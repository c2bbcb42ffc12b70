import { labWording } from '../../../src/core/lab/wording';

it('speaks of rows, clusters and options, but leaves the names of columns alone', () => {
  const inWords = labWording(['customers', 'customers per store', 'a.b']);
  expect(inWords('12 customers per store of 3 customers')).toBe('12 customers per store of 3 customers');
  expect(labWording(['income'])('3 personas of 12 customers: raise modeling.restarts')).toBe('3 clusters of 12 rows: raise --restarts');
});
