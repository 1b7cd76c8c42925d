/** Starts a demo for the tests and signs its users in, as a browser without a page would. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';

export const ROLES = ['owner', 'manager', 'advisor', 'technician', 'analyst', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export interface Cookie {
  name: string;
  value: string;
}

export interface Demo {
  base: string;
  /** Sessions of every role. */
  sessions: Record<Role, Cookie[]>;
  /** A link that nobody has used. */
  freshLink: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    demo: Demo;
  }
}

const START_MS = 180_000;
const READY = 'Ctrl-C ends the demo';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (!address || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

function start(
  program: string,
  home: string,
  port: number,
  metrics: number,
): { child: ChildProcess; ready: Promise<string> } {
  const child = spawn(program, ['demo', '--history-days', process.env.PITWALL_SHOTS ? '400' : '120'], {
    env: {
      ...process.env,
      DATABASE_URL: undefined,
      PITWALL_DATA_DIR: home,
      PITWALL_LISTEN: `127.0.0.1:${port}`,
      PITWALL_METRICS_LISTEN: `127.0.0.1:${metrics}`,
      PITWALL_REQUESTS_PER_MINUTE: '0',
    },
  });
  let said = '';
  const ready = new Promise<string>((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`the demo did not come up:\n${said.slice(-2000)}`)), START_MS);
    const heard = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(READY)) {
        clearTimeout(timer);
        done(said);
      }
    };
    child.stdout?.on('data', heard);
    child.stderr?.on('data', heard);
    child.on('exit', (code) => failed(new Error(`the demo ended with ${code}:\n${said.slice(-2000)}`)));
  });
  return { child, ready };
}

/** Uses a link; gives the session's cookies. */
export async function signIn(link: string): Promise<Cookie[]> {
  const url = new URL(link);
  const answer = await fetch(new URL('/sign-in', url), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ link: url.searchParams.get('link') ?? '' }),
  });
  if (answer.status !== 303) throw new Error(`signing in was answered with ${answer.status}`);
  return answer.headers.getSetCookie().flatMap((line) => {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split('=');
    return value ? [{ name, value }] : [];
  });
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const program = process.env.PITWALL_BIN;
  if (!program) throw new Error('PITWALL_BIN names the program to test: cargo build -p pitwall');
  // Not $TMPDIR: a socket's path has 107 bytes at most.
  const home = mkdtempSync('/tmp/pitwall-web-');
  chmodSync(home, 0o755);
  const [port, metrics] = [await freePort(), await freePort()];
  const { child, ready } = start(program, home, port, metrics);
  const end = async () => {
    if (child.exitCode === null) {
      child.removeAllListeners('exit');
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const said = await ready;
    const links = new Map(
      [...said.matchAll(/^ +(\w+) +(http\S+link=\S+)$/gm)].map(([, role = '', link = '']) => [role, link]),
    );
    const sessions = {} as Record<Role, Cookie[]>;
    for (const role of ROLES) {
      // The viewer's link stays fresh for the test of signing in; he comes in as the guest, whom he is.
      if (role !== 'viewer') sessions[role] = await signIn(links.get(role) ?? '');
    }
    const guest = await fetch(`http://127.0.0.1:${port}/sign-in/guest`, { method: 'POST', redirect: 'manual' });
    sessions.viewer = guest.headers.getSetCookie().flatMap((line) => {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      return value ? [{ name, value }] : [];
    });
    project.provide('demo', { base: `http://127.0.0.1:${port}`, sessions, freshLink: links.get('viewer') ?? '' });
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}
