import { escapeHtml, markup, Html, jsonBlock } from '../../../src/core/report/html';

describe('the HTML template', () => {
  it('escapes every value but HTML', () => {
    const inner = markup`<b>${'<&>"\''}</b>`;
    expect(markup`<p title="${'"onload="x'}">${inner}${[1, ' & ', inner]}</p>`.text).toBe(
      '<p title="&quot;onload=&quot;x"><b>&lt;&amp;&gt;&quot;&#39;</b>1 &amp; <b>&lt;&amp;&gt;&quot;&#39;</b></p>',
    );
  });
  it('leaves out null, undefined and false, but shows 0 and the empty text', () => {
    expect(markup`[${null}${undefined}${false}${0}${''}]`.text).toBe('[0]');
  });
  it('takes an object that looks like HTML for no HTML', () => {
    expect(() => markup`${{ text: '<script>' } as unknown as Html}`.text).toThrow();
  });
  it('escapes a text once', () => expect(escapeHtml('a < b & c')).toBe('a &lt; b &amp; c'));
});

describe('a JSON block', () => {
  it('cannot end its script element or open a comment, and reads back the same', () => {
    const value = { name: '</script><!--<script>\u2028\u2029', n: 1 };
    const { text } = jsonBlock(value);
    expect(text).not.toContain('<');
    expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
