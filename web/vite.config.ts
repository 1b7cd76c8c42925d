import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = process.env.PITWALL_URL ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(
  ['/api', '/sign-in', '/sign-out', '/style.css', '/openapi.json'].map((path) => [
    path,
    {
      target: server,
      changeOrigin: true,
      // What a page of ours writes comes from the server's own origin there, too.
      headers: { origin: server },
    },
  ]),
);

/** What `pitwall` answers with; Vite's preview answers alike, so that a violation shows before the Rust build. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "manifest-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Packs every file once, when it is built, so that the server never has to. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async closeBundle() {
      for (const name of await readdir('dist', { recursive: true })) {
        if (!/\.(html|js|css|svg|json|webmanifest)$/.test(name)) continue;
        const path = join('dist', name);
        const plain = await readFile(path);
        await writeFile(`${path}.gz`, gzipSync(plain, { level: 9 }));
        await writeFile(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}

/**
 * Takes styles out of the markup of components that are not ours: the policy allows none, and all there are lay a box out
 * as if it were not there, which the class does.
 */
function unstyled(): Plugin {
  return {
    name: 'unstyled',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('node_modules') || !id.endsWith('.svelte')) return null;
      return code.replaceAll('style="display: contents;"', 'class="as-if-not-there"');
    },
  };
}

/** Empties `dist` but for its `.gitignore`, by which cargo always finds the folder. */
function emptied(): Plugin {
  return {
    name: 'emptied',
    apply: 'build',
    async buildStart() {
      for (const name of await readdir('dist')) {
        if (name !== '.gitignore') await rm(join('dist', name), { recursive: true });
      }
    },
  };
}

export default defineConfig({
  plugins: [emptied(), unstyled(), svelte(), packed()],
  build: {
    target: 'es2023',
    emptyOutDir: false,
    // The policy allows no `data:` address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy },
  preview: { proxy, headers: { 'Content-Security-Policy': policy } },
  test: { include: ['tests/unit/**/*.test.ts'] },
});
