const extension = String.raw`\.(?:jpe?g|jfif|png|webp|gif|tiff?|avif|bmp)`;

/** Whether a file is a picture, by its name. */
export const isPictureName = (name: string): boolean => new RegExp(`${extension}$`, 'i').test(name);

const isPicture = new RegExp(`${extension}(?:[?#]|$)|^(?:https?:)?//`, 'i');

/**
 * Where a list without brackets is cut: at semicolons, bars, tabs and line ends; at blanks and commas only behind the name of a picture and
 * before an address, as names and queries may contain them.
 */
const cut = new RegExp(
  [
    String.raw`(?<=${extension}["']?)[\s,，、]+`,
    String.raw`[\s,]+(?=["']?(?:https?:)?//)`,
    String.raw`(?<=${extension}[?#][^\s,;|]*)(?:\s+|,(?=[^\s,;|?#]+${extension}))`,
    String.raw`\s*[;|\t\n\r]\s*`,
  ].join('|'),
  'i',
);

const quoted = String.raw`'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"`;
/** In a list in brackets: the name of a value, a text in quotes, or one without. */
const element = new RegExp(String.raw`(?:${quoted})\s*:|[urb]?(${quoted})|([^\s,'"[\](){}][^,\n\]}]*)`, 'gi');
const pair = new RegExp(String.raw`(${quoted})\s*:\s*[urb]?(${quoted})`, 'gi');

/** True for an empty cell and for what databases and other programs write for one. */
export const isBlank = (text: string): boolean =>
  /^(|\\n|[-–—?]+|nan|nat|nil|none|null|undefined|<na>|#?n\/?a|''|""|\[\s*\]|\(\s*\)|\{\s*\})$/i.test(
    text.trim(),
  );

/**
 * The files that a cell lists, each with the other names under which the same picture may be found: names or addresses between commas,
 * semicolons, bars or blanks, or a list as JSON, Python, numpy or PostgreSQL write it. A record is one picture: of the addresses in it, the one
 * comes first that `preferred` fits, or its name. What stands for nothing, such as `None`, is left out.
 */
export function listedFiles(cell: string, preferred: RegExp): [name: string, ...others: string[]][] {
  const text = unwrapped(cell.trim());
  const bracketed = /^[[({].*(?:['"]|[\])}]$)/s.test(text); // (1).jpg is a name
  const inside = bracketed ? text.slice(1).replace(/[\])}]$/, '') : text;
  const records = bracketed
    ? (text.match(/\{[^{}]*\}/g) ?? []).flatMap((record) => sizes(record, preferred))
    : [];
  if (records.length > 0) return records;
  const found = bracketed && /['"[{]/.test(inside) ? elements(inside) : plainNames(inside);
  return found
    .map((name) => name.trim())
    .filter((name) => !isBlank(name))
    .map((name) => [name]);
}

/** Without the name of the type around it, and as it was before all of it was put in quotes. */
function unwrapped(text: string): string {
  const plain = text.replace(
    /\b(?:np\.|numpy\.)?(?:array|list|tuple|set|frozenset|deque|Index|str_)\((?=\s*[[({'"])/g,
    '(',
  );
  const whole = /^"\s*[[{]/.test(plain) && plain.endsWith('"') ? unescaped(plain.slice(1, -1)).trim() : plain;
  return whole.replace(/[\s,;|]{9,}/g, (run) => (/[;|\t\n\r]/.test(run) ? ';' : ', ')); // `cut` is quadratic in a run
}

/** The one picture of a record, if it has any; each value of one whose names are numbers. */
function sizes(record: string, preferred: RegExp): [string, ...string[]][] {
  const pairs = [...record.matchAll(pair)].map(
    ([, name = '', file = '']) => [inner(name), inner(file)] as const,
  );
  if (pairs.every(([name]) => /^\d+$/.test(name))) return pairs.map(([, file]) => [file]);
  const files = pairs.filter(([, file]) => isPicture.test(file));
  const liked = files.filter((one) => one.some((text) => preferred.test(text)));
  const [first, ...others] = new Set([...liked, ...files].map(([, file]) => file));
  return first === undefined ? [] : [[first, ...others]];
}

function elements(inside: string): string[] {
  const found = [...inside.matchAll(element)];
  const quotes = found.some(([, inQuotes]) => inQuotes !== undefined);
  return found
    .map(([, inQuotes, bare = '']) => (inQuotes === undefined ? bare : inner(inQuotes)))
    .filter(
      (name, i) => !(quotes && found[i]?.[2] !== undefined && /^(?:\d+|true|false|dtype=.*)$/i.test(name)),
    );
}

/** What stands for nothing between two separators. */
const nothing = /(^|[,;|])\s*(?:none|null|nan|\\n)\s*(?=[,;|]|$)/gi;

function plainNames(given: string): string[] {
  const text = given.replace(nothing, '$1');
  const some = /\/\//.test(text) || new RegExp(extension, 'i').test(text);
  const parts = text.split(some ? cut : /[,;|\t\n\r]/).map((part) => part.replace(/^(["'])(.*)\1$/, '$2'));
  return parts
    .map((part) => part.replace(/^[\s,]+|[\s,]+$/g, ''))
    .filter((part) => !/^\w+=[^/]*$/.test(part)); // the rest of a query
}

const inner = (inQuotes: string): string => unescaped(inQuotes.slice(1, -1));

/** What stands for itself behind a backslash, and the characters that are written as numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([\s\S]))/gi, (_, four, two, one) =>
    one === undefined ? String.fromCharCode(Number.parseInt(four ?? two, 16)) : one,
  );
