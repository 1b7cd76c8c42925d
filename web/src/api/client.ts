/** The API as its description says it is: paths, parameters and answers are typed from `openapi.json`. */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** An answer that is no answer: what the server said, or that it could not be reached. */
export class Trouble extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.title ?? 'The server could not be reached');
    this.status = status;
    this.problem = problem;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }

  get isUnknown(): boolean {
    return this.status === 404;
  }
}

function cookie(name: string): string {
  const pair = document.cookie.split('; ').find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}

/** Asks again each time, with the entity tag: an unchanged answer costs its head. */
async function ask(request: Request): Promise<Response> {
  if (request.method !== 'GET') request.headers.set('X-CSRF-Token', cookie('pitwall_csrf'));
  try {
    return await fetch(request, { cache: 'no-cache', credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Trouble(0, null);
  }
}

export const client = createClient<paths>({ baseUrl: location.origin, fetch: ask });

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer, or the trouble thrown. */
export async function take<T>(asking: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await asking;
  if (response.ok && data !== undefined) return data;
  if (response.ok) return undefined as T;
  const problem = error && typeof error === 'object' && 'title' in error ? (error as Problem) : null;
  throw new Trouble(response.status, problem);
}

/** Ends the session; the browser's cookies are gone after it. */
export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST', headers: { 'X-CSRF-Token': cookie('pitwall_csrf') }, redirect: 'manual' });
}
