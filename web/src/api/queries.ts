/** What the pages ask for, each with the key under which its answer is kept. Keys of a shop begin with its number. */
import { queryOptions } from '@tanstack/svelte-query';
import { client, take, type Schemas } from './client';
import type { Compare, RangeQuery } from '../state/range';

const MINUTE = 60_000;

/** Words change with the program only. */
export const catalogue = () =>
  queryOptions({
    queryKey: ['metrics'],
    queryFn: ({ signal }) => take(client.GET('/api/v1/metrics', { signal })),
    staleTime: Infinity,
    select: (answer) => new Map(answer.data.map((metric) => [metric.name, metric])),
  });

export const shops = () =>
  queryOptions({
    queryKey: ['shops'],
    queryFn: ({ signal }) => take(client.GET('/api/v1/shops', { signal })),
    staleTime: MINUTE,
    refetchInterval: MINUTE,
    select: (answer) => answer.data,
  });

export const me = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => take(client.GET('/api/v1/me', { params: { query: { limit: 1000 } }, signal })),
    staleTime: 5 * MINUTE,
    select: (answer) => answer.data,
  });

export const shopStates = () =>
  queryOptions({
    queryKey: ['states'],
    queryFn: ({ signal }) => take(client.GET('/api/v1/ops/summary', { signal })),
    refetchInterval: MINUTE,
    select: (answer) => answer.data,
  });

/** The figures of a range with the range compared with; without one where `compare` is missing. */
export const summary = (shop: number, range: RangeQuery, compare?: Compare) =>
  queryOptions({
    queryKey: [shop, 'summary', range, compare],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/kpi/summary', {
          params: { path: { shop_id: shop }, query: { ...range, ...(compare && { compare }) } },
          signal,
        }),
      ),
  });

export const days = (shop: number, range: RangeQuery) =>
  queryOptions({
    queryKey: [shop, 'days', range],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/kpi/daily', {
          params: { path: { shop_id: shop }, query: range },
          signal,
        }),
      ),
  });

export const soldAndPosted = (shop: number, range: RangeQuery) =>
  queryOptions({
    queryKey: [shop, 'compare', range],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/kpi/compare', {
          params: { path: { shop_id: shop }, query: range },
          signal,
        }),
      ),
  });

export const goals = (shop: number, range: RangeQuery) =>
  queryOptions({
    queryKey: [shop, 'goals', range],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/goals', {
          params: { path: { shop_id: shop }, query: range },
          signal,
        }),
      ),
  });

export const day = (shop: number, date: string) =>
  queryOptions({
    queryKey: [shop, 'audit', date],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/audit', {
          params: { path: { shop_id: shop }, query: { date } },
          signal,
        }),
      ),
  });

export const orders = (shop: number, range: RangeQuery, filter: OrderFilter = {}) =>
  queryOptions({
    queryKey: [shop, 'orders', range, filter],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/ros', {
          params: { path: { shop_id: shop }, query: { ...range, limit: 1000, ...filter } },
          signal,
        }),
      ),
  });

export interface OrderFilter {
  basis?: 'posted' | 'all';
  advisor_id?: number;
  ro_number?: number;
  limit?: number;
}

export const order = (shop: number, id: number) =>
  queryOptions({
    queryKey: [shop, 'order', id],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/ros/{order_id}', {
          params: { path: { shop_id: shop, order_id: id } },
          signal,
        }),
      ),
  });

export const payload = (shop: number, id: number, fingerprint: string) =>
  queryOptions({
    queryKey: [shop, 'payload', id, fingerprint],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/ros/{order_id}/payload', {
          params: { path: { shop_id: shop, order_id: id }, query: { fingerprint } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });

export const board = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'wip'],
    queryFn: ({ signal }) =>
      take(client.GET('/api/v1/shops/{shop_id}/wip', { params: { path: { shop_id: shop } }, signal })),
  });

export const technicians = (shop: number, range: RangeQuery) =>
  queryOptions({
    queryKey: [shop, 'techs', range],
    queryFn: ({ signal }) =>
      take(client.GET('/api/v1/shops/{shop_id}/techs', { params: { path: { shop_id: shop }, query: range }, signal })),
  });

export const advisors = (shop: number, range: RangeQuery) =>
  queryOptions({
    queryKey: [shop, 'advisors', range],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/advisors', { params: { path: { shop_id: shop }, query: range }, signal }),
      ),
  });

export const weeks = (shop: number, back: number) =>
  queryOptions({
    queryKey: [shop, 'weeks', back],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/trends/wow', {
          params: { path: { shop_id: shop }, query: { weeks_back: back } },
          signal,
        }),
      ),
  });

type Order = Schemas['OrderTold'];

/** Every posted order of a range, page after page. */
export const allOrders = (shop: number, range: RangeQuery) =>
  queryOptions({
    queryKey: [shop, 'all-orders', range],
    queryFn: async ({ signal }) => {
      const orders: Order[] = [];
      let cursor: string | undefined;
      do {
        const page = await take(
          client.GET('/api/v1/shops/{shop_id}/ros', {
            params: { path: { shop_id: shop }, query: { ...range, limit: 1000, ...(cursor && { cursor }) } },
            signal,
          }),
        );
        orders.push(...page.data);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return orders;
    },
    staleTime: MINUTE,
  });

export const streams = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'streams'],
    queryFn: ({ signal }) =>
      take(client.GET('/api/v1/shops/{shop_id}/sync/status', { params: { path: { shop_id: shop } }, signal })),
    refetchInterval: 15_000,
  });

export const tasks = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'tasks'],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/tasks', {
          params: { path: { shop_id: shop }, query: { limit: 20 } },
          signal,
        }),
      ),
    // Progress is to be at most two seconds old while something runs.
    refetchInterval: (query) =>
      query.state.data?.data.some((task) => task.status === 'queued' || task.status === 'running') ? 1500 : 20_000,
  });

export const issueCounts = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'issue-counts'],
    queryFn: ({ signal }) =>
      take(client.GET('/api/v1/shops/{shop_id}/issues/summary', { params: { path: { shop_id: shop } }, signal })),
  });

export const issues = (shop: number, code: string) =>
  queryOptions({
    queryKey: [shop, 'issues', code],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/issues', {
          params: { path: { shop_id: shop }, query: { code, limit: 100 } },
          signal,
        }),
      ),
  });

export const alerts = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'alerts'],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/v1/shops/{shop_id}/alerts', {
          params: { path: { shop_id: shop }, query: { limit: 100 } },
          signal,
        }),
      ),
  });

export const alertRules = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'alert-rules'],
    queryFn: ({ signal }) =>
      take(client.GET('/api/v1/shops/{shop_id}/alert-rules', { params: { path: { shop_id: shop } }, signal })),
  });

export const rates = (shop: number) =>
  queryOptions({
    queryKey: [shop, 'rates'],
    queryFn: ({ signal }) =>
      take(client.GET('/api/v1/shops/{shop_id}/cost-rates', { params: { path: { shop_id: shop } }, signal })),
  });
