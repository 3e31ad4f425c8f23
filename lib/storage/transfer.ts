import { ReportError, systemCode } from '../core/errors';
import { gibibytes } from '../core/memory';

/** How an answer is asked for. */
export interface TransferOptions {
  /** Servers that may be asked, or redirect to: `https://a.org`, or `https://*.a.org` for all below it. */
  origins: readonly string[];
  /** What is sent to a server beside the request, such as a key; a redirect to another one does not take it along. */
  headers?: (origin: string) => Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Milliseconds until the server must have answered, and again between two pieces. */
  patience: number;
  /** Milliseconds for the whole answer; default: as long as pieces come. */
  longest?: number;
  /** Bytes of the largest answer. */
  most: number;
  /** Called before each request, with the server's name. */
  before?: (host: string) => Promise<void>;
}

/** An answer whose body comes piece by piece. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Bytes of the body; 0 where the server does not say. */
  total: number;
  pieces(): AsyncIterable<Uint8Array>;
}

/** What a server is told about who asks. */
const AGENT = 'screenshot-price-report (npm run fetch)';

/** Redirects that are followed one after the other. */
const REDIRECTS = 5;

/**
 * Asks for `url` and has `take` read the answer. Throws `DOWNLOAD_FAILED` for an address or a redirect that leads elsewhere than to `origins`, and for a
 * body that is too large; what `fetch` throws when the connection fails, the server falls silent or the body is cut short.
 */
export async function transfer<T>(
  url: string,
  options: TransferOptions,
  take: (answer: Answer) => Promise<T>,
): Promise<T> {
  const { patience, longest, most, signal } = options;
  const silence = new AbortController();
  const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  let timer: NodeJS.Timeout | undefined;
  let whole: NodeJS.Timeout | undefined;
  const giveUp = (why: string, ms: number) => setTimeout(() => silence.abort(new Error(why)), ms);
  const ask = (place: string, sent: Readonly<Record<string, string>>): Promise<Response> => {
    clearTimeout(timer);
    timer = giveUp(`no answer for ${patience / 1000} s`, patience);
    return fetch(place, { redirect: 'manual', headers: sent, signal: stop });
  };
  try {
    const response = await follow(url, options, ask);
    if (longest !== undefined) whole = giveUp(`not all of it came in ${longest / 1000} s`, longest);
    const encoded = response.headers.has('content-encoding'); // then the length is that of other bytes
    const total = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
    const pieces = async function* () {
      if (total > most) throw tooLarge(url, most);
      let done = 0;
      for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        timer?.refresh();
        done += piece.length;
        if (done > most) throw tooLarge(url, most);
        yield piece;
      }
      if (total > 0 && done !== total) throw new Error(`${done} of ${total} bytes came`);
    };
    const { status, headers } = response;
    try {
      return await take({ status, headers, total, pieces });
    } finally {
      if (!response.bodyUsed) await response.body?.cancel();
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(whole);
    silence.abort(); // an answer that was not read to its end does not go on coming
  }
}

/** The first answer that is no redirect. `fetch` would follow one anywhere. */
async function follow(
  url: string,
  { origins, headers, before }: TransferOptions,
  ask: (place: string, sent: Readonly<Record<string, string>>) => Promise<Response>,
): Promise<Response> {
  let place = url;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const { origin, host, href } = requireAllowed(place, url, origins);
    await before?.(host);
    const response = await ask(href, { 'user-agent': AGENT, ...headers?.(origin) });
    const next = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || next === null) return response;
    await response.body?.cancel();
    place = URL.canParse(next, href) ? new URL(next, href).href : next;
  }
  throw new ReportError('DOWNLOAD_FAILED', `${url} redirects more than ${REDIRECTS} times.`);
}

function requireAllowed(place: string, asked: string, origins: readonly string[]): URL {
  const found = URL.canParse(place) ? new URL(place) : null;
  const start = `${found?.protocol}//`;
  const fits = origins.some((origin) => {
    const [scheme = '', below] = origin.split('*');
    return below === undefined
      ? found?.origin === origin
      : start === scheme && found?.host.endsWith(below) === true;
  });
  if (found && fits && found.username === '' && found.password === '') return found;
  const what = place === asked ? `${asked} is` : `${asked} redirects to ${found?.host ?? place}, which is`;
  const why = `not among the servers that are asked (${origins.join(', ')})`;
  throw new ReportError('DOWNLOAD_FAILED', `${what} ${why}.`);
}

const tooLarge = (url: string, most: number): ReportError =>
  new ReportError('DOWNLOAD_FAILED', `${url} is larger than the limit of ${gibibytes(most)}.`);

/** Why a request failed; `fetch` hides that in the cause of its error ("fetch failed", "terminated"). */
export function failureOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = systemCode(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  return code && !message.includes(code) ? `${code} ${message}`.trim() : message || 'no reason given';
}
