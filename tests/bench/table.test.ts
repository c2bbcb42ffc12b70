import { figure, table } from '../../bench/lib/table';

describe('table', () => {
  it('has a line of dashes with the alignment, and one line per row', () => {
    expect(table(['what', 's'], [['a', '1'], ['b', '22']], [1])).toBe('| what | s |\n|---|---:|\n| a | 1 |\n| b | 22 |');
  });

  it('keeps what would end a cell or a line inside of it', () => {
    expect(table(['x'], [['a|b\nc']])).toBe('| x |\n|---|\n| a\\|b c |');
  });
});

describe('figure', () => {
  it.each([
    [12_345.6, '12,346'],
    [100, '100'],
    [56.78, '56.8'],
    [4.806, '4.81'],
    [0.5, '0.50'],
    [0.0312, '0.0312'],
    [0, '0'],
    [-0.0123, '-0.0123'],
    [-0.00001, '0.0000'],
    [null, '–'],
    [Infinity, '–'],
  ])('%p as %p', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
