import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import { ask, mailed, type Round } from './staff.ts';

export const SIGN_IN = /http\S+\/sign-in\/link\S+/;

/** The same for whoever has an account already. */
export const SIGN_IN_AGAIN = /(?<=^Sign in to UPR Info\n[^]*)http\S+\/sign-in\/link\S+/;

/** What has become of the registration that a page shows. */
export const state = (page: Page) => page.getByRole('region', { name: 'What you can do' }).getByRole('status');

/** Makes an account by the mailed link, begins a registration, and gives its mailed link. */
export async function begin(page: Page, round: Round, email: string): Promise<string> {
  await ask(page.request, 'mutation($i: RequestAccountInput!) { requestAccount(input: $i) { done userErrors { message } } }', {
    i: { email, name: 'Ann Wombat' },
  });
  await page.goto(await mailed(email, SIGN_IN));
  await page.getByRole('button', { name: 'Sign in' }).dblclick(); // as many do: the link works once
  await expect(page.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await ask(
    page.request,
    'mutation($i: StartApplicationInput!) { startApplication(input: $i) { userErrors { message } } }',
    { i: { preSession: round.meetings[0]?.id } },
  );
  return mailed(email, /http\S+\/registrations\/reg_\w+/);
}

export async function fillAnswers(page: Page): Promise<void> {
  const answers = page.getByRole('form', { name: 'Your answers' });
  await answers.getByLabel('Name of the organisation').fill('Rights Now');
  await answers.getByLabel('Kind of organisation').selectOption('CSO');
  await answers.getByLabel('Where it works').selectOption('yes');
  await answers.getByLabel('What you want to say').fill('To speak of what we see.');
  await answers.getByLabel('Your submission to the UPR').selectOption('WILL_FOLLOW');
  await answers.getByLabel('UPR Info may use these answers').check();
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page is as wide as the window, and axe finds nothing in it that keeps somebody out. */
export async function checkPage(page: Page): Promise<void> {
  await expect(page.locator('h1')).toBeVisible(); // it is all there
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
  await page.evaluate(AXE); // not as a script of the page, which its policy forbids
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(violations).toEqual([]);
}
