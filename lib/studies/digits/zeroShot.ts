import { isReportError } from '../../core/errors';
import { argMax } from '../../core/extremes';
import type { Run } from '../../core/run';
import { softmax } from '../../data/numbers';
import { readWholePicture } from '../../images/prepare';
import { cosines, LOGIT_SCALE, openClip } from '../../networks/clip';
import { banner } from '../../report/banner';
import type { Nearness } from '../../report/nearness';
import { photographs } from './detection';

/** What each photograph shows, in words that a sentence is made of. */
const things = {
  ...{ cat: 'a cat', cup: 'a cup of coffee' },
  ...{ astronaut: 'an astronaut', motorcycle: 'a motorcycle' },
};
const photos = photographs.map(({ name }) => name);

/** Sentences that name a thing, from the words alone to such as CLIP's makers used. */
const templates = ['THING', 'a photo of THING.', 'a blurry photo of THING.', 'a drawing of THING.'] as const;

/** Sentences of the lecture, none of which fits any photograph. */
const unfitting = [
  'a photo of the Singapore skyline including Marina Bay Sands',
  'a lithograph of a camel eating a pear',
  'a cartoon icon of a dog getting a hair cut',
];

/** Lets CLIP compare the photographs with sentences that fit, with sentences that do not, and with one thing in several forms; null, with a word on the page, where its weights or what runs it cannot be had. Throws what `openClip` throws else. */
export async function zeroShot(run: Run) {
  const clip = await openClip(undefined, { signal: run.signal }).catch((error: unknown) => {
    if (!isReportError(error, 'BAD_WEIGHTS', 'DOWNLOAD_FAILED')) throw error;
    const shown =
      'Its cosines, its probabilities and what the form of a sentence changes stand below once it can be asked.';
    banner('note', 'CLIP was left out', `${error.message} ${shown}`);
    return null;
  });
  if (!clip) return null;
  try {
    const { background } = run.config;
    const pictures = await Promise.all(photographs.map(({ source }) => readWholePicture(source, background)));
    const forms = templates.map((form) => photos.map((name) => form.replace('THING', things[name])));
    const all = [...forms.flat(), ...unfitting];
    const embedded = await clip.embed(all, pictures);
    /** Of sentences, or of the means of several. */
    const near = (sentences: readonly string[], parts = sentences.map((one) => [one])): Nearness => {
      const vectors = parts.map((own) => sumOf(own.map((one) => embedded.sentences[all.indexOf(one)]!))); // one of them
      const found = cosines({ pictures: embedded.pictures, sentences: vectors });
      const shares = found.map((row) => softmax(row.map((cosine) => LOGIT_SCALE * cosine)));
      return { pictures: photos, sentences, cosines: found, shares };
    };
    const means = photos.map((_, i) => forms.map((own) => own[i]!)); // one of each photograph
    return {
      fitting: near(forms[1]!), // of photos
      unfitting: near(unfitting),
      forms: [
        ...templates.map((form, k) => ({ form: form.replace('THING', '[thing]'), ...near(forms[k]!) })), // one of each
        { form: 'the mean of these', ...near(photos, means) },
      ],
    };
  } finally {
    await clip.dispose();
  }
}

/** The sum has the direction of the mean, and only that counts. */
const sumOf = (rows: readonly Float32Array[]): Float32Array =>
  rows.reduce((sum, row) => sum.map((value, i) => value + row[i]!)); // of one length

/** For each form the probability of the sentence of each photograph that fits it, among the four. */
export const rightShares = (forms: readonly (Nearness & { form: string })[]) =>
  forms.map(({ form, shares }) => ({
    form,
    ...(Object.fromEntries(photos.map((name, i) => [name, shares[i]![i]!])) as Record<
      keyof typeof things,
      number
    >),
    right: shares.filter((row, i) => argMax(row) === i).length,
  }));
