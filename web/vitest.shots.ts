/** Takes the screenshots of docs/screens: `bin/web shots`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/shots.ts'],
    globalSetup: ['tests/browser/demo.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    env: { PITWALL_SHOTS: '1' },
  },
});
