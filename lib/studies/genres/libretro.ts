/** A block of one of libretro's lists: what is in it, by name; the first of several counts. */
export type Block = Readonly<Record<string, string>>;

const token = /"([^"]*)"|([()])|([^\s()"]+)/g;

/** The blocks `game ( name "value" … rom ( name value … ) )` of a list in ClrMamePro's format; of what is in a rom only what the block itself does not have. */
export function blocksIn(text: string): Block[] {
  const blocks: Block[] = [];
  let own: Record<string, string> = {};
  let depth = 0;
  let word: string | null = null;
  for (const [, quoted, bracket, plain] of text.matchAll(token)) {
    if (bracket === '(') depth++;
    if (bracket === ')') depth = Math.max(0, depth - 1);
    if (bracket === ')' && depth === 0) blocks.push(own);
    if (depth === 0) own = {};
    if (bracket !== undefined) word = null;
    else if (word === null) word = plain ?? null;
    else {
      own[word] ??= quoted ?? plain ?? '';
      word = null;
    }
  }
  return blocks;
}

/** A title as libretro's pictures are called: some characters stand in no file name. */
export const asFileName = (title: string): string => title.replace(/[&*/:`<>?\\|"]/g, '_');

/** A title without what stands in brackets: region, revision, maker. */
export const plainTitle = (name: string): string =>
  name.replace(/\s*(?:\([^)]*\)|\[[^\]]*\])/g, '').trim() || name;

/** What some genres are called here. */
const named: Readonly<Record<string, string>> = {
  ...{ "shoot'em up": 'shooter', "beat'em up": 'fighting', 'puzzle-game': 'puzzle' },
  ...{ 'role-playing (rpg)': 'role-playing', sport: 'sports', platformer: 'platform' },
};

const classesOf = (genre: string): string[] =>
  genre
    .split(/[,;|]/)
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '')
    .map((one) => named[one] ?? one);

type Table = Map<string, Set<string>>;

/** The genres of covers, by their names without ending: of the entry of that title, else of one with the checksum of a cartridge of that title, else of any with the title but for what is in brackets. */
export function genresOf(
  covers: readonly string[],
  genres: readonly Block[],
  cartridges: readonly Block[],
): Map<string, string[]> {
  const [titles, checksums, plain]: [Table, Table, Table] = [new Map(), new Map(), new Map()];
  const add = (table: Table, key: string, classes: readonly string[]): void =>
    void table.set(key, new Set([...(table.get(key) ?? []), ...classes]));
  for (const { comment = '', name = comment, crc, genre = '' } of genres) {
    const classes = classesOf(genre);
    const title = asFileName(comment || name);
    if (classes.length === 0 || title === '') continue;
    add(titles, title, classes);
    add(plain, plainTitle(title), classes);
    if (crc) add(checksums, crc.toUpperCase(), classes);
  }
  const crcOf = new Map(cartridges.map(({ name = '', crc = '' }) => [asFileName(name), crc.toUpperCase()]));
  const found = (cover: string): Iterable<string> =>
    titles.get(cover) ?? checksums.get(crcOf.get(cover) ?? '') ?? plain.get(plainTitle(cover)) ?? [];
  return new Map(covers.map((cover) => [cover, [...found(cover)]]));
}
