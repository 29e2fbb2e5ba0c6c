import { csvObjects, parseCsv } from '../../cli/csv.ts';

describe('parseCsv', () => {
  it('reads quoted commas, quotes and line breaks, and either kind of line end', () => {
    expect(parseCsv('\ufeffa,b\r\n"x, ""y""","1\n2"\n\nlast,')).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
      ['last', ''],
    ]);
  });

  it('names the line of a quote that is never closed', () => {
    expect(() => parseCsv('a,b\n1,"2')).toThrow('Line 2 of the CSV');
  });

  it('has no record in an empty text, and leaves out cells beyond the header', () => {
    expect(csvObjects('')).toEqual([]);
    expect(csvObjects('a\n1,2')).toEqual([{ a: 1 }]);
  });
});
