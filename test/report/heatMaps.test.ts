import { describe, expect, it } from 'vitest';
import { inferno } from '../../lib/explain/overlay';
import { heatMaps } from '../../lib/report/heatMaps';
import { shownHtml } from './shown';

const picture = { src: 'data:image/jpeg;base64,AAAA', alt: 'a picture' };
const over = 'data:image/png;base64,AAAA';

describe('the figure of heat maps', () => {
  it('has one slider for all its layers, with a name, and an opacity to start with', () => {
    const rows = [{ pictures: [{ ...picture, over }, picture] }, { pictures: [{ ...picture, over }] }];
    const html = shownHtml(() => heatMaps(rows, '0.5 logits'));
    expect(html.match(/<input/g)).toHaveLength(1);
    expect(html).toMatch(
      /<label>Opacity of the heat maps <input type="range" min="0" max="100" [^>]*value="65"/,
    );
    expect(html).toContain('style="--rp-opacity:0.65"');
  });

  it('has no slider where no map lies over a picture, and a legend all the same', () => {
    const html = shownHtml(() => heatMaps([{ pictures: [picture] }], '0.5 logits'));
    expect(html).not.toContain('<input');
    expect(html).toContain('Colours from 0, no effect to 0.5 logits');
  });
});

describe('the legend of heat maps', () => {
  it('goes from the first to the last colour of the maps, and follows them in between', () => {
    const html = shownHtml(() => heatMaps([], 'most <1'));
    expect(html).toContain('<span>most &lt;1</span>');
    const parts = html.match(/rgb\([^)]+\)/g)!.map((colour) => colour.match(/\d+/g)!.map(Number)); // a gradient
    expect([parts[0], parts.at(-1)]).toEqual([
      [0, 0, 4],
      [252, 255, 164],
    ]);
    for (let i = 0; i < 256; i++) {
      const at = (i / 255) * (parts.length - 1); // where a browser's gradient has this value
      const from = Math.min(Math.floor(at), parts.length - 2);
      for (const channel of [0, 1, 2]) {
        const [a, b] = [parts[from]![channel]!, parts[from + 1]![channel]!];
        // Its ten points are colours of the table at the nearest of 256 values: half a value off, where a step is 6 of 255 at most.
        expect(Math.abs(a + (b - a) * (at - from) - inferno[3 * i + channel]!)).toBeLessThanOrEqual(3);
      }
    }
  });
});
