import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bannerHtml, findings } from '../../lib/report/banner';
import { chartHtml } from '../../lib/report/charts';
import { escapeHtml, inlineHtml, scriptJson } from '../../lib/report/html';
import { runHeaderHtml } from '../../lib/report/runHeader';
import { tableHtml } from '../../lib/report/tables';
import { shownHtml } from './shown';

const hostile = '</script><script>alert(1)</script><img src=x onerror="alert(1)"> & \'q\' \u2028';

describe('escaping', () => {
  it('leaves no sign that could open an element, an attribute or an entity', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  it('sets **words** in bold and nothing else', () => {
    expect(inlineHtml('a **b** <i>c</i>')).toBe('a <strong>b</strong> &lt;i&gt;c&lt;/i&gt;');
    expect(inlineHtml('2 ** 3')).toBe('2 ** 3');
  });

  it('writes JSON for a script that cannot end the script and reads back as it was', () => {
    const written = scriptJson({ title: hostile });
    expect(written).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(written)).toEqual({ title: hostile });
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(scriptJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

const hostilePage = { name: hostile, title: hostile, question: hostile };

describe('text from the data', () => {
  it.each([
    ['a table', tableHtml([{ title: hostile }], { title: hostile }, { caption: hostile })],
    ['a banner', bannerHtml('warning', hostile, hostile)],
    ['findings', shownHtml(() => findings([hostile]))],
    [
      'a run header',
      runHeaderHtml({
        ...{ study: { notebooks: [hostilePage, hostilePage] }, notebook: hostilePage },
        facts: { [hostile]: hostile },
        warnings: [hostile],
      }),
    ],
  ])('stays text in %s', (_, html) => {
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;/script&gt;');
  });

  it('stays inside the one script of a chart', () => {
    const html = chartHtml({
      title: hostile,
      alt: hostile,
      traces: [{ type: 'bar', x: [hostile], y: [1], customdata: [hostile] }],
    });
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toContain('<img');
    expect(html).toContain(`aria-label="${escapeHtml(hostile)}"`);
  });
});
