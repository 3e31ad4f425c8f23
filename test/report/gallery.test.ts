import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ReportError } from '../../lib/core/errors';
import { encodePicture, gallery, pictureRowsHtml, pictureSource } from '../../lib/report/gallery';
import { shownHtml } from './shown';

const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof ReportError ? error.code : String(error);
  }
  return undefined;
};

describe('encodePicture', () => {
  const pixels = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => (i * 7) % 256);

  it('keeps every pixel in a PNG', async () => {
    const uri = await encodePicture({ pixels, width: 4, height: 3 }, 'png');
    const back = await sharp(Buffer.from(uri.split(',')[1] ?? '', 'base64'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(back.info).toMatchObject({ width: 4, height: 3, channels: 3 });
    expect([...back.data]).toEqual([...pixels]);
  });
});

describe('pictures in the page', () => {
  it('may be nothing that is loaded from elsewhere, nor markup', () => {
    expect(code(() => pictureSource('https://example.org/a.png'))).toBe('BAD_INPUT');
    expect(code(() => pictureSource('data:image/svg+xml;base64,PHN2Zz4='))).toBe('BAD_INPUT');
    expect(code(() => pictureSource('data:image/png;base64,AA" onerror="x'))).toBe('BAD_INPUT');
  });

  it('carry escaped alternatives and captions', () => {
    const picture = { src: 'data:image/png;base64,AAAA', alt: 'a "b" <c>', caption: '**€1.99** <i>' };
    for (const html of [shownHtml(() => gallery([picture])), pictureRowsHtml([{ pictures: [picture] }])]) {
      expect(html).toContain('alt="a &quot;b&quot; &lt;c&gt;"');
      expect(html).toContain('<strong>€1.99</strong> &lt;i&gt;');
    }
  });

  it('say so where there are none', () => {
    for (const html of [shownHtml(() => gallery([], { title: 'Cats' })), pictureRowsHtml([])]) {
      expect(html).toContain('<p>None.</p>');
    }
  });

  it('hold no markup in their alternatives', () => {
    const picture = { src: 'data:image/jpeg;base64,AAAA', alt: 'a **cat**' };
    expect(shownHtml(() => gallery([picture]))).toContain('alt="a cat"');
  });

  it('may have a layer over them, which is a picture as well and needs no words of its own', () => {
    const picture = { src: 'data:image/jpeg;base64,AAAA', alt: 'below' };
    const over = 'data:image/png;base64,BBBB';
    const html = shownHtml(() => gallery([{ ...picture, over }]));
    expect(html).toMatch(
      /<img src="data:image\/jpeg;base64,AAAA" alt="below"[^>]*><img class="rp-over" src="data:image\/png;base64,BBBB" alt=""/,
    );
    expect(shownHtml(() => gallery([picture]))).not.toContain('rp-over');
    expect(code(() => gallery([{ ...picture, over: 'https://example.org/a.png' }]))).toBe('BAD_INPUT');
  });

  it('may have boxes around things, at their shares of the sides, with words that are escaped', () => {
    const box = { words: 'a <b> 98%', colour: 'c2', left: 0.7, top: 0.25, width: 0.2, height: 0.5 };
    const html = shownHtml(() => gallery([{ src: 'data:image/jpeg;base64,AAAA', alt: 'x', boxes: [box] }]));
    expect(html).toContain('--rp-colour:var(--rp-c2);left:70.00%;top:25.00%;width:20.00%;height:50.00%');
    expect(html).toContain('<span style="right:0">a &lt;b&gt; 98%</span>');
  });
});
