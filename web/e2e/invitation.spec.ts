import { type APIRequestContext, expect, test } from '@playwright/test';
import { checkPage } from './applicant.ts';
import { invite, openCall, signInStaff } from './staff.ts';

test.use({ viewport: { width: 320, height: 640 }, locale: 'en-GB' });

let staff: APIRequestContext;

test.beforeAll(async ({ playwright, baseURL }) => {
  staff = await playwright.request.newContext({ baseURL });
  await signInStaff(staff);
});

test.afterAll(() => staff.dispose());

test('a mission opens its invitation and says who comes', async ({ page }) => {
  const { id } = await openCall(staff, 14);
  const link = await invite(staff, id, 'mission@kenya.example.org');
  const token = link.replace(/.*#/, '');
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url().replace(/#.*/, '')));
  await page.goto(link);
  await expect(page).toHaveTitle('Invitation to the Pre-sessions – UPR Info');
  await expect(page.getByText('Permanent Mission: Kenya')).toBeVisible();

  await page.getByText(/^Pre-session on/).first().click();
  const form = page.getByRole('form', { name: 'Register a delegate' }).first();
  await form.getByLabel('Name', { exact: true }).fill('Dee Legate');
  await form.getByLabel('E-mail address').fill('dee@elsewhere.example.org');
  await form.getByLabel('Our State may be named in public').check();
  await form.getByRole('button', { name: 'Register' }).click();
  await expect(form.getByLabel('E-mail address')).toHaveAccessibleDescription(/must be an address at kenya.example.org/);
  await form.getByLabel('E-mail address').fill('dee@kenya.example.org');
  await form.getByRole('button', { name: 'Register' }).click();
  const delegate = page.getByRole('listitem').filter({ hasText: 'Dee Legate' });
  await expect(delegate).toContainText('comes. Our State may be named in public.');

  await page.getByRole('button', { name: 'Take back that our State is named' }).click();
  await page.getByRole('button', { name: 'Yes, take it back' }).click();
  await expect(delegate).not.toContainText('comes. Our State may be named in public.');
  await page.getByRole('button', { name: 'Statements that you may read' }).first().click();
  await expect(page.getByText('There is none that you may read.')).toBeVisible();
  await delegate.getByRole('button', { name: 'Does not come' }).click();
  await delegate.getByRole('button', { name: 'Yes, does not come' }).click();
  await expect(delegate).toContainText('does not come.');

  await checkPage(page);
  expect(addresses.filter((address) => address.includes(token))).toEqual([]);
});

test('a link that is not whole is told from one that is', async ({ page }) => {
  for (const hash of ['', '#nonsense']) {
    await page.goto(`/invitations${hash}`);
    await expect(page.getByRole('alert')).toContainText('whole link');
  }
});
