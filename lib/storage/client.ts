import path from 'node:path';
import { ReportError } from '../core/errors';
import { cacheFolder } from '../core/files';
import { throwIfAborted } from '../core/pool';
import { type Random, random } from '../core/random';
import { type Clock, type Pace, politePace, steadyClock, waitTurn } from './pace';
import { failureOf, type TransferOptions, transfer } from './transfer';

/** How servers are asked; what is left out is as for all. */
export interface ClientOptions extends Pick<TransferOptions, 'origins' | 'headers' | 'signal'> {
  /** Milliseconds that an answer may take. */
  patience?: number;
  most?: number;
  pace?: Pace;
  /** Where it is kept when a server was asked; default: in the cache, for all runs. */
  paceFolder?: string;
  clock?: Clock;
  /** Of the waiting after a failure. */
  jitter?: Random;
  /** Is told why a wait is long. */
  onWait?: (why: string) => void;
}

/** What came, or why nothing did; a fault that is `lasting` would come again. */
export type Fetched = { body: Buffer } | { fault: string; lasting: boolean };

/** Asks servers politely: at a pace, and again later where they are busy. */
export interface Client {
  /** `understand` says why an answer is none, such as the page of a proxy: then the server is asked again. Throws `DOWNLOAD_FAILED` where it is of no use to go on, `INTERRUPTED`. */
  get(url: string, understand?: (body: Buffer) => string | null): Promise<Fetched>;
}

/** How often a server is asked for one thing, and how many failures in a row are enough. */
const [ATTEMPTS, ROW] = [5, 3];

/** Milliseconds of the first wait after a failure, each next one being twice as long: of a server that is busy, and of one that asks for fewer requests. */
const [BUSY, TOO_MANY] = [2000, 30_000];

/** Milliseconds of the longest wait; a server that asks for a longer one is left alone. */
const LONGEST_WAIT = 900_000;

/** In the place of a status: nothing came; the address, a redirect or the size is not accepted. */
const [NO_ANSWER, ELSEWHERE] = [0, -1];

/** What came of one request. */
type Outcome = { status: number; headers?: Headers; body?: Buffer; why: string };

/** A client that asks `origins` only. */
export function createClient(options: ClientOptions): Client {
  const { clock = steadyClock, jitter = random(Date.now()), pace = politePace, signal } = options;
  const folder = options.paceFolder ?? path.join(cacheFolder(), 'pace');
  const { patience = 60_000, most = 2 ** 26 } = options;
  const before = (host: string): Promise<void> => waitTurn(folder, host, pace, { clock, signal });
  let answered = false;
  let inRow = 0;

  const once = async (url: string): Promise<Outcome> => {
    try {
      return await transfer(
        url,
        { ...options, patience, most, before },
        async ({ status, headers, pieces }) => {
          const body: Uint8Array[] = [];
          if (status === 200) for await (const piece of pieces()) body.push(piece);
          return { status, headers, body: Buffer.concat(body), why: `the server answered ${status}` };
        },
      );
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof ReportError)) return { status: NO_ANSWER, why: failureOf(error) };
      if (error.code !== 'DOWNLOAD_FAILED') throw error;
      return { status: ELSEWHERE, why: error.message.replace(/\.$/, '') };
    }
  };

  const get: Client['get'] = async (url, understand) => {
    const { host } = URL.canParse(url) ? new URL(url) : { host: url };
    for (let attempt = 1; ; attempt++) {
      throwIfAborted(signal);
      const { status, headers, body, ...answer } = await once(url);
      if (status === NO_ANSWER && !answered) {
        throw stopped(`${url} cannot be reached (${answer.why}): connect to the network`);
      }
      answered ||= status > 0;
      const misunderstood = status === 200 && body ? (understand?.(body) ?? null) : null;
      if (status === 200 && body && misunderstood === null) {
        inRow = 0;
        return { body };
      }
      const why = misunderstood ?? answer.why;
      if (status === 401 || status === 403)
        throw stopped(`${host} refuses to answer (${status}): wait some hours`);
      if (![200, NO_ANSWER, 408, 429].includes(status) && status < 500) return { fault: why, lasting: true };
      const asks = headers && retryAfter(headers, clock.now());
      if (asks !== undefined && asks > LONGEST_WAIT) {
        const minutes = Math.ceil(asks / 60_000);
        throw stopped(`${host} asks to be left alone for ${minutes} minutes: wait that long`);
      }
      if (attempt === ATTEMPTS) {
        if (status === 429) throw stopped(`${host} still asks for fewer requests (429): wait an hour`);
        if (++inRow === ROW)
          throw stopped(`${ROW} requests in a row failed, the last, ${url}, as ${why}: wait`);
        return { fault: why, lasting: false };
      }
      // By chance longer or shorter, so that several who wait do not come back together.
      const backoff = (status === 429 ? TOO_MANY : BUSY) * 2 ** (attempt - 1) * jitter.uniform(0.5, 1.5);
      const wait = asks ?? Math.min(backoff, LONGEST_WAIT);
      if (wait >= TOO_MANY / 2) options.onWait?.(`${why}; asking again in ${Math.round(wait / 1000)} s`);
      await clock.sleep(wait, signal);
    }
  };
  return { get };
}

const stopped = (advice: string): ReportError =>
  new ReportError('DOWNLOAD_FAILED', `${advice}, then run the same command to go on.`);

/** Milliseconds that `Retry-After` asks for, in seconds or as a date, which counts from the server's own time; undefined where it does not. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const [date, server] = [Date.parse(text), Date.parse(headers.get('date') ?? '')];
  return Number.isNaN(date) ? undefined : Math.max(0, date - (Number.isNaN(server) ? now : server));
}
