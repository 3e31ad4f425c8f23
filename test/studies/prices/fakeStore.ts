import type { RequestListener } from 'node:http';
import { picture } from '../../storage/localServer';

/** What the store says of an id, in the shape that it has. */
export type Answer = { success: boolean; data?: Record<string, unknown> };

/** A game with `pictures` screenshots on the server at `origin`. */
export const game = (
  id: number,
  origin: string,
  pictures: number,
  more: Record<string, unknown> = {},
): Answer => ({
  success: true,
  data: {
    type: 'game',
    name: `Game ${id}`,
    steam_appid: id,
    is_free: false,
    price_overview: {
      currency: 'EUR',
      initial: 1999 + id,
      final: 999,
      discount_percent: 50,
      final_formatted: '9,99€',
    },
    release_date: { coming_soon: false, date: '1 Jan, 2020' },
    genres: [
      { id: '1', description: 'Action' },
      { id: '25', description: 'Adventure' },
    ],
    categories: [{ id: 2, description: 'Single-player' }],
    screenshots: Array.from({ length: pictures }, (_, n) => ({
      id: n,
      path_thumbnail: `${origin}/apps/${id}/ss_${n}.600x338.jpg?t=17${n}`,
      path_full: `${origin}/apps/${id}/ss_${n}.1920x1080.jpg?t=17${n}`,
    })),
    ...more,
  },
});

/** Answers as the store does: details, reviews and pictures, for the ids that `details` has. */
export const store =
  (details: (id: number) => Answer | string | undefined): RequestListener =>
  async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    const send = (body: string | Buffer): void =>
      void response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body);
    const id = Number(
      url.searchParams.get('appids') ?? /\/(?:appreviews|apps)\/(\d+)/.exec(url.pathname)?.[1],
    );
    if (url.pathname === '/api/appdetails') {
      const found = details(id);
      return send(typeof found === 'string' ? found : JSON.stringify({ [id]: found ?? { success: false } }));
    }
    if (url.pathname.startsWith('/appreviews/')) {
      const summary = { total_positive: id * 2, total_reviews: id * 3, review_score_desc: 'Mostly Positive' };
      return send(JSON.stringify({ success: 1, query_summary: summary, reviews: [] }));
    }
    if (url.pathname.startsWith('/apps/')) return send(await picture(id + url.pathname.length));
    response.writeHead(404).end();
  };
