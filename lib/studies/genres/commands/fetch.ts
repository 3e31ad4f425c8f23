import path from 'node:path';
import { command } from '../../../core/command';
import { withProgress } from '../../../core/run';
import { type Config, place, text, whole } from '../../../core/settings';
import { createClient } from '../../../storage/client';
import { coverServers, fetchCovers } from '../fetchCovers';

const options = {
  systems: text(
    'Nintendo - Game Boy, Nintendo - Super Nintendo Entertainment System, Sega - Mega Drive - Genesis',
    'consoles, as libretro calls them',
    { placeholder: 'NAMES' },
  ),
  genres: text('fighting, platform, puzzle, role-playing, shooter, sports', 'genres that are taken', {
    placeholder: 'NAMES',
  }),
  count: whole(1000, [1, 100_000], 'covers; 40 a minute come'),
  seed: whole(42, [0, 2 ** 31 - 1], 'by which they are drawn from all'),
  data: place(null, 'DIR', 'folder of the data set. Without one, data/genres/covers'),
};

const list = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** `npm run fetch -- covers`. */
export const fetchCommand = command<Config, typeof options>({
  about:
    'Makes a data set of the box art and the lists of genres of libretro. Run it again to go on where it was ended.',
  settings: [],
  options,
  run: async ({ config, progress, signal }, { options: given }) => {
    const folder = given.data ?? path.join(config.work, 'covers');
    const onWait = (why: string): void => console.log(`  ${why}`);
    const client = createClient({ origins: Object.values(coverServers), signal, onWait });
    const systems = list(given.systems).map((system) => system.replaceAll('_', ' '));
    const request = { ...given, systems, genres: list(given.genres), folder, client, signal, onWait };
    const { covers, left, faults } = await withProgress({ progress }, 'Covers', (onProgress) =>
      fetchCovers({ ...request, onProgress }),
    );
    console.log(`${covers} covers in ${folder}.`);
    console.log(
      `Left out: ${left.noGenre} without a genre, ${left.otherGenre} of others, ${left.links} that are another cover by another name.`,
    );
    for (const fault of faults.slice(0, 5)) console.log(`  ${fault}`);
    console.log(`\nNow: npm run report -- genres --data ${folder}`);
  },
});
