import { defineConfig } from '@playwright/test';

const baseURL = process.env.UPR_E2E_URL;
if (!baseURL) {
  throw new Error(
    'set UPR_E2E_URL to the address of a server with sample data, as in http://127.0.0.1:8080',
  );
}

export default defineConfig({
  testDir: 'e2e',
  forbidOnly: true,
  workers: 2, // files side by side, those of one in their order
  timeout: 180_000,
  expect: { timeout: 15_000 },
  outputDir: 'node_modules/.cache/playwright',
  use: {
    baseURL,
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', // CI runs as root
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
