import type { Results } from '../../../core/results';
import { describe, shareWithin } from '../../../data/distribution';
import type { PartRows } from '../../../data/partRows';
import { ownProvenance, readProvenance } from '../../../data/provenance';
import { parts } from '../../../data/split';
import type { Selection } from '../games';

/** What the parts of the data hold and have in common, for results.json. Throws what `readProvenance` throws. */
export async function dataFigures(selection: Selection, dealt: PartRows): Promise<Results> {
  const prices = selection.kept.map(({ price }) => price);
  const { mean, median, max } = describe(prices);
  const { origin, licence } = selection.generated ? ownProvenance : await readProvenance(selection.folder);
  const sizes = parts.flatMap((part) => [
    [`split.${part}.games`, selection.split[part].length],
    [`split.${part}.images`, dealt.rows[part].length],
  ]);
  return {
    'data.origin': origin,
    'data.licence': licence,
    'prices.mean_cents': mean,
    'prices.median_cents': median,
    'prices.max_cents': max,
    'prices.free_share': shareWithin(prices, 0, 0),
    'leaks.items': dealt.leaks.items.length,
    'leaks.identical': dealt.leaks.pictures.length,
    'leaks.withheld': dealt.withheld.length,
    ...Object.fromEntries(sizes),
  };
}
