import { type ConsoleMessage, expect, type Page, test } from '@playwright/test';

const NARROW = { width: 400, height: 800 };
const WIDE = { width: 1280, height: 800 };

/** Collects what a page that is alone on its origin must not do. */
function watch(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    const local = url.origin === origin || url.protocol === 'data:' || url.protocol === 'blob:';
    if (!local) complaints.push(`request to ${url.origin}`);
  });
  page.on('response', (response) => {
    if (!response.ok()) complaints.push(`${response.status()} for ${response.url()}`);
  });
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  return complaints;
}

/** The answer as shown: Monaco writes blanks as non-breaking ones. */
async function answer(page: Page): Promise<string> {
  const text = await page.getByLabel('Result Window').innerText();
  return text.replaceAll('\u00a0', ' ');
}

function example(page: Page, title: string) {
  return page.getByRole('region', { name: 'Examples' }).getByRole('button', { name: title });
}

test('an example opens, runs and answers, without leaving the origin', async ({ page, baseURL }) => {
  const complaints = watch(page, new URL(baseURL ?? '').origin);
  await page.setViewportSize(WIDE);
  await page.goto('/playground');
  await expect(page).toHaveTitle('UPR data: GraphQL playground');

  await example(page, 'A review with its troika').click();
  await expect(page.getByRole('tab', { name: 'ReviewWithRecommendations' })).toBeVisible();
  await expect(page.getByLabel('Variables')).toContainText('KEN');
  await page.getByRole('button', { name: /Execute query/ }).click();
  await expect.poll(() => answer(page)).toContain('"review": {');
  expect(await answer(page)).not.toContain('"errors"');

  // GraphiQL asks for the schema; the panel of the documentation shows that it came.
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await expect(page.getByRole('link', { name: 'Query', exact: true })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('the editor marks a field that does not exist', async ({ page, baseURL }) => {
  const complaints = watch(page, new URL(baseURL ?? '').origin);
  await page.setViewportSize(WIDE);
  await page.goto('/playground');
  const editor = page.getByLabel('Operation Editor');
  await expect(editor).toContainText('StateAndItsReviews');
  await editor.locator('.view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{ nonsense }');
  await expect(editor.locator('.squiggly-error')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('an example that is open already is not opened twice', async ({ page }) => {
  await page.setViewportSize(WIDE);
  await page.goto('/playground');
  const tabs = page.getByRole('tab');
  await expect(tabs).toHaveCount(1);
  await example(page, 'Text search').click();
  await expect(tabs).toHaveCount(2);
  await example(page, 'A State and its reviews').click();
  await example(page, 'Text search').click();
  await expect(tabs).toHaveCount(2);
});

test('an example runs the moment it is open, in a new tab and in an old one', async ({ page }) => {
  await page.setViewportSize(WIDE);
  await page.goto('/playground');
  for (const title of ['Statistics', 'Text search', 'Statistics']) {
    await expect(example(page, title)).toBeEnabled();
    const answered = page.waitForResponse('**/graphql');
    // One task of the page: nothing it puts off until later comes between the two.
    await page.evaluate((title) => {
      const click = (text: string) =>
        [...document.querySelectorAll<HTMLButtonElement>('.examples button, .graphiql-execute-button')]
          .find((button) => (button.ariaLabel ?? button.innerText).startsWith(text))
          ?.click();
      click(title);
      click('Execute query');
    }, title);
    expect(await (await answered).json(), title).not.toHaveProperty('errors');
  }
});

test('says that the data is synthetic', async ({ page }) => {
  await page.goto('/playground');
  await expect(page.getByRole('status').filter({ hasText: 'Synthetic data.' })).toBeVisible();
});

test('says nothing of the kind where the data is real', async ({ page }) => {
  const real = { data: { recommendations: { nodes: [{ provenance: { synthetic: false } }] } } };
  let asked = false;
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('synthetic')) return route.continue();
    asked = true;
    return route.fulfill({ json: real });
  });
  await page.goto('/playground');
  await expect.poll(() => asked).toBe(true);
  await expect(example(page, 'Text search')).toBeVisible();
  await expect(page.getByText('Synthetic data.')).toHaveCount(0);
});

for (const viewport of [WIDE, NARROW]) {
  test(`fits a width of ${viewport.width} pixels`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto('/playground');
    await example(page, 'Statistics').click();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await expect.poll(() => answer(page)).toContain('"perPair"');

    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    for (const part of ['Operation Editor', 'Result Window']) {
      const box = await page.getByLabel(part).boundingBox();
      expect(box?.width, part).toBeGreaterThan(250);
      expect(box?.height, part).toBeGreaterThan(150);
    }
  });
}
