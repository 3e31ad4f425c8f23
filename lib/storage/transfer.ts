import { ReportError, systemCode } from '../core/errors';
import { gibibytes } from '../core/memory';

/** How an answer is asked for. */
export interface TransferOptions {
  /** Servers that may be asked, or redirect to: `https://a.org`, or `https://*.a.org` for all below it. */
  origins: readonly string[];
  /** What is sent to a server beside the request, such as a key; a redirect to another one does not take it along. */
  headers?: (origin: string) => Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Milliseconds that an answer may take, or each of its pieces where `perPiece` is set. */
  patience: number;
  perPiece?: boolean;
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
  const { patience, most, signal } = options;
  const over = new AbortController();
  const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  let timer: NodeJS.Timeout | undefined;
  const ask = async ({ origin, host, href }: URL): Promise<Response> => {
    clearTimeout(timer);
    await options.before?.(host);
    timer = setTimeout(() => over.abort(new Error(`no answer for ${patience / 1000} s`)), patience);
    const headers = { 'user-agent': 'screenshot-price-report (npm run fetch)', ...options.headers?.(origin) };
    return fetch(href, { redirect: 'manual', headers, signal: stop });
  };
  try {
    const response = await follow(url, options.origins, ask);
    const { status, headers } = response;
    // Of a packed body the length is that of other bytes.
    const total = headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0);
    const pieces = async function* () {
      let done = 0;
      const body = (response.body ?? []) as AsyncIterable<Uint8Array>; // as Node has it
      for await (const piece of body) {
        if (options.perPiece) timer?.refresh();
        done += piece.length;
        if (done > most) throw failed(`${url} is larger than the limit of ${gibibytes(most)}`);
        yield piece;
      }
      if (total > 0 && done !== total) throw new Error(`${done} of ${total} bytes came`);
    };
    if (total > most) throw failed(`${url} is larger than the limit of ${gibibytes(most)}`);
    return await take({ status, headers, total, pieces });
  } finally {
    clearTimeout(timer);
    over.abort(); // an answer that was not read to its end does not go on coming
  }
}

/** The first answer that is no redirect. `fetch` would follow one anywhere. */
async function follow(
  url: string,
  origins: readonly string[],
  ask: (place: URL) => Promise<Response>,
): Promise<Response> {
  let place = urlOf(url);
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    if (!place || !isAllowed(place, origins)) {
      const what = hops === 0 ? url : `${url} redirects to ${place?.host}, which`;
      throw failed(`${what} is not among the servers that are asked (${origins.join(', ')})`);
    }
    const response = await ask(place);
    const next = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || next === null) return response;
    await response.body?.cancel();
    place = urlOf(next, place);
  }
  throw failed(`${url} redirects more than ${REDIRECTS} times`);
}

const urlOf = (text: string, base?: URL): URL | null =>
  URL.canParse(text, base?.href) ? new URL(text, base) : null;

const isAllowed = ({ protocol, host, origin, username }: URL, origins: readonly string[]): boolean =>
  username === '' &&
  origins.some((one) => {
    const [scheme, below] = one.split('*');
    return below === undefined ? one === origin : scheme === `${protocol}//` && host.endsWith(below);
  });

const failed = (what: string): ReportError => new ReportError('DOWNLOAD_FAILED', `${what}.`);

/** Why a request failed; `fetch` hides that in the cause of its error ("fetch failed", "terminated"). */
export function failureOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = systemCode(cause);
  if (['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'].includes(code ?? '')) {
    return 'its server cannot be reached: is there a network?';
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return code && !message.includes(code) ? `${code} ${message}`.trim() : message || 'no reason given';
}
