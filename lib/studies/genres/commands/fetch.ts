import path from 'node:path';
import { command } from '../../../core/command';
import { type Config, place, text, whole } from '../../../core/settings';
import { sayCollected } from '../../../report/collected';
import { coverServers, fetchCovers } from '../fetchCovers';

const list = (names: string): string[] => names.split(',').map((one) => one.trim().replaceAll('_', ' '));

const options = {
  systems: text(
    'Nintendo - Game Boy, Nintendo - Super Nintendo Entertainment System, Sega - Mega Drive - Genesis',
    'consoles, as libretro calls them',
  ),
  genres: text('fighting, platform, puzzle, role-playing, shooter, sports', 'genres that are taken'),
  count: whole(1000, [1, 100_000], 'covers; 40 a minute come'),
  seed: whole(42, [0, 2 ** 31 - 1], 'by which they are drawn from all'),
  data: place(null, 'DIR', 'folder of the data set. Without one, data/genres/covers'),
};

/** `npm run fetch -- covers`. */
export const fetchCommand = command<Config, typeof options>({
  about:
    'Makes a data set of the box art and the lists of genres of libretro. Run it again to go on where it was ended.',
  settings: [],
  options,
  run: async (run, { options: { data, systems, genres, ...given } }) => {
    const folder = data ?? path.join(run.config.work, 'covers');
    const client = { origins: Object.values(coverServers) };
    const request = { ...given, systems: list(systems), genres: list(genres), run, folder, client };
    sayCollected(await fetchCovers(request), folder);
    console.log(`\nNow: npm run report -- genres --data ${folder}`);
  },
});
