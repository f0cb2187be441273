import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { keepDist } from './build/keep-dist.ts';
import { precompress } from './build/precompress.ts';

const SERVER = process.env.UPR_DEV_SERVER ?? 'http://127.0.0.1:8080';
const proxy = { '/graphql': SERVER };

export default defineConfig({
  appType: 'mpa',
  plugins: [react(), keepDist(), precompress()],
  server: { proxy },
  optimizeDeps: {
    // These name workers in Vite's own way, which its dependency optimiser does not read.
    exclude: ['graphiql/setup-workers/vite', '@graphiql/react/setup-workers/vite'],
    // What GraphiQL's worker imports, as the page gets it: once, and as modules.
    include: ['graphql', 'graphql-language-service', 'picomatch-browser'],
  },
  build: {
    // The Content-Security-Policy of handler.go allows no scripts or fonts from data: addresses.
    assetsInlineLimit: 0,
    // Monaco, the editor in GraphiQL, is one large module.
    chunkSizeWarningLimit: 4000,
    license: { fileName: 'licences.md' },
    rolldownOptions: { input: ['playground.html', 'registration.html', 'invitation.html'] },
  },
  test: { include: ['src/**/*.test.{ts,tsx}'] },
});
