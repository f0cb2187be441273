import { type APIRequestContext, expect, test } from '@playwright/test';
import { checkPage, fillAnswers, SIGN_IN, SIGN_IN_AGAIN, state } from './applicant.ts';
import { ask, mailed, openCall, type Round, signInStaff } from './staff.ts';

test.use({ viewport: { width: 320, height: 640 }, locale: 'en-GB' });

let staff: APIRequestContext;
let round: Round;

test.beforeAll(async ({ playwright, baseURL }) => {
  staff = await playwright.request.newContext({ baseURL });
  await signInStaff(staff);
  round = await openCall(staff, 12);
});

test.afterAll(() => staff.dispose());

test.describe('in French, in Tokyo', () => {
  test.use({ locale: 'fr-FR', timezoneId: 'Asia/Tokyo' });

  test('somebody new begins from the list of calls, and submits', async ({ page }) => {
    const email = 'neuve@example.org';
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto('/registrations');
    await expect(page).toHaveTitle('Parler à une pré-session – UPR Info');
    const call = page.locator(`a[href*="${round.meetings[0]?.id}"]`);
    await expect(page.getByText(/Session 12 .* Ouvert jusqu’au .* 23:59 \(heure de Genève ; à votre montre .* 0[67]:59\)/)).toBeVisible();
    await checkPage(page);
    await call.press('Enter');
    await expect(page.getByRole('heading', { name: 'Ce qui vous est demandé' })).toBeVisible();
    await expect(page.getByText(/0[67]:59\)/)).toBeVisible();
    await checkPage(page);

    const form = page.getByRole('form', { name: 'Commencer l’inscription' });
    await form.getByLabel('Votre nom').fill('   ');
    await form.getByLabel('Adresse e-mail').fill(email);
    await form.getByLabel('Adresse e-mail').press('Enter');
    await expect(form.getByLabel('Votre nom')).toHaveAccessibleDescription(/Écrivez un nom/);
    await expect(form.getByLabel('Votre nom')).toBeFocused();
    await expect(form.getByLabel('Adresse e-mail')).toHaveValue(email);
    await form.getByLabel('Votre nom').fill('Anne Wombat');
    await form.getByRole('button', { name: 'M’envoyer un lien' }).dblclick();
    await expect(page.getByText('Un lien est en route')).toBeVisible();

    // The link only shows what its button does.
    await page.goto(await mailed(email, SIGN_IN));
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(page.getByText('commencer une inscription à une pré-session')).toBeVisible();
    await checkPage(page);
    await page.getByRole('button', { name: 'Se connecter et commencer' }).click();
    await expect(page).toHaveURL(/\/registrations\/reg_\w+\?lang=fr$/);
    const now = page.getByRole('region', { name: 'Ce que vous pouvez faire' }).getByRole('status');
    await expect(now).toContainText('Pas encore envoyée');
    expect(await mailed(email, /http\S+\/registrations\/reg_\w+/)).toBe(page.url().replace(/\?.*/, ''));

    // What is refused is said in French, beside its field.
    await page.getByRole('button', { name: 'Enregistrer et envoyer' }).click();
    await expect(page.getByLabel('Nom de l’organisation')).toHaveAccessibleDescription(/Écrivez le nom de l’organisation/);
    await expect(page.getByLabel('Nom de l’organisation')).toBeFocused();
    await checkPage(page);
    await page.getByLabel('Nom de l’organisation').fill('Droits maintenant');
    await page.getByLabel('Type d’organisation').selectOption('CSO');
    await page.getByLabel('Où elle travaille').selectOption('yes');
    await page.getByLabel('Ce que vous voulez dire').fill('mot '.repeat(201));
    await page.getByLabel('Votre contribution à l’EPU').selectOption('WILL_FOLLOW');
    await page.getByLabel('UPR Info peut utiliser ces réponses').check();
    await page.getByRole('button', { name: 'Enregistrer et envoyer' }).click();
    await expect(page.getByLabel('Ce que vous voulez dire')).toHaveAccessibleDescription(/Dites-le, en 200 mots au plus/);
    await page.getByLabel('Ce que vous voulez dire').fill('Parler de ce que nous voyons.');
    await page.getByRole('button', { name: 'Enregistrer et envoyer' }).click();
    await expect(now).toContainText('Envoyée, et à l’examen');
    await checkPage(page);
    expect(complaints).toEqual([]);
  });
});

test('what was sent to the UPR is begun with, attached and handed in, or linked', async ({ page }) => {
  const email = 'attaches@example.org';
  await page.goto(`/registrations?call=${round.meetings[0]?.id}`);
  await page.getByLabel('Your name').fill('Attaches');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.goto(await mailed(email, SIGN_IN));
  await page.getByRole('button', { name: 'Sign in and begin' }).click();
  await expect(state(page)).toContainText('Not submitted yet');
  await fillAnswers(page);
  const answers = page.getByRole('form', { name: 'Your answers' });
  const submission = answers.getByLabel('Your submission to the UPR');
  const save = answers.getByRole('button', { name: 'Save', exact: true });
  const submit = answers.getByRole('button', { name: 'Save and submit' });

  // A link is kept and shown again; without one, nothing is handed in.
  await submission.selectOption('LINK');
  await submit.click();
  const link = answers.getByLabel('Address of the document');
  await expect(link).toHaveAccessibleDescription(/is missing/);
  await link.fill('https://example.org/submission.pdf');
  await save.click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(link).toHaveValue('https://example.org/submission.pdf');
  await checkPage(page);

  // Neither is without the document that is said to be attached, or with one that is none.
  await submission.selectOption('ATTACHED');
  await submit.click();
  await expect(submission).toHaveAccessibleDescription(/no document is there/);
  await expect(submission).toBeFocused();
  const document = answers.getByLabel('Document', { exact: true });
  await document.setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ\0\0') });
  await submit.click();
  await expect(document).toHaveAccessibleDescription(/./);
  await expect(document).toHaveAttribute('aria-invalid', 'true');
  await checkPage(page);
  await document.setInputFiles({ name: 'submission.txt', mimeType: 'text/plain', buffer: Buffer.from('Sent to the UPR.') });
  await submit.click();
  await expect(state(page)).toContainText('Submitted, and under review');
  await expect(answers).toContainText('TEXT, it is here.');
  await checkPage(page);

  // Staff read what was handed in, once its metadata is removed.
  const { desk } = await ask<{ desk: { registration: { answers: { submissionLink: string }; submissionFile: { path: string } } } }>(
    staff,
    'query($id: ID!) { desk { registration(id: $id) { answers { submissionLink } submissionFile { path } } } }',
    { id: page.url().replace(/.*\/|\?.*/g, '') },
  );
  expect(desk.registration.answers.submissionLink).toBe('');
  await expect(async () => {
    expect(await (await staff.get(desk.registration.submissionFile.path)).text()).toBe('Sent to the UPR.');
  }).toPass();
});

test('who is signed in begins one registration, however often the button is pressed', async ({ page }) => {
  const email = 'twice@example.org';
  await page.goto(`/registrations?call=${round.meetings[0]?.id}`);
  await page.getByLabel('Your name').fill('Twice');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.goto(await mailed(email, SIGN_IN));
  await page.getByRole('button', { name: 'Sign in and begin' }).click();
  await expect(state(page)).toContainText('Not submitted yet');
  const first = page.url();

  // The same call leads to the same registration.
  await page.goto(`/registrations?call=${round.meetings[0]?.id}`);
  await page.getByRole('button', { name: 'Begin the registration' }).dblclick();
  await expect(page).toHaveURL(first.replace(/\?.*/, ''));
  await page.goto(`/registrations?call=${round.meetings[1]?.id}`);
  await checkPage(page);
  await page.getByRole('button', { name: 'Begin the registration' }).dblclick();
  await expect(state(page)).toContainText('Not submitted yet');
  await page.goto('/registrations');
  await expect(page.locator('a[href^="/registrations/reg_"]')).toHaveCount(2);
  await checkPage(page);
});

test('nothing is lost where the session has ended meanwhile', async ({ page, context }) => {
  const email = 'ended@example.org';
  await page.goto(`/registrations?call=${round.meetings[0]?.id}`);
  await page.getByLabel('Your name').fill('Ended');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.goto(await mailed(email, SIGN_IN));
  await page.getByRole('button', { name: 'Sign in and begin' }).click();
  const organisation = page.getByLabel('Name of the organisation');
  await organisation.fill('Written with care');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog.getByLabel('E-mail address')).toHaveValue(email);
  await checkPage(page);
  await dialog.getByRole('button', { name: 'Send me a link' }).click();
  await expect(dialog.getByText('a link is on its way')).toBeVisible();
  const tab = await context.newPage();
  await tab.goto(await mailed(email, SIGN_IN_AGAIN));
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await expect(state(tab)).toContainText('Not submitted yet');
  await dialog.getByRole('button', { name: 'Go on here' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(organisation).toHaveValue('Written with care');
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await tab.reload();
  await expect(tab.getByLabel('Name of the organisation')).toHaveValue('Written with care');

  // Before anything is begun, the form of who is not signed in takes the place of the button.
  await page.goto(`/registrations?call=${round.meetings[1]?.id}`);
  const begin = page.getByRole('button', { name: 'Begin the registration' });
  await expect(begin).toBeVisible();
  await context.clearCookies();
  await begin.click();
  await expect(page.getByLabel('Your name')).toBeVisible();
});

test('an access code opens a call that is not open', async ({ page }) => {
  const { id, meetings } = await openCall(staff, 11);
  await ask(staff, 'mutation($i: AdvanceRoundInput!) { advanceRound(input: $i) { userErrors { message } } }', {
    i: { id, revision: 2, to: 'CALL_CLOSED' },
  });
  const { createAccessCode } = await ask<{ createAccessCode: { code: string } }>(
    staff,
    'mutation($i: CreateAccessCodeInput!) { createAccessCode(input: $i) { code userErrors { message } } }',
    { i: { round: id, preSession: meetings[0]?.id, label: 'One', validUntil: new Date(Date.now() + 9 * 86_400_000).toISOString() } },
  );
  const { code } = createAccessCode;
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));

  await page.goto(`/registrations?call=${meetings[0]?.id}`);
  await expect(page.getByRole('alert').first()).toContainText('is not open');
  await checkPage(page);
  await page.goto('/registrations');
  await expect(page.locator(`a[href*="${meetings[0]?.id}"]`)).toHaveCount(0);
  await page.getByText('I have an access code').click();
  const field = page.getByRole('textbox', { name: 'Access code' });
  await field.fill('AAAABBBBCCCCDDDD');
  await field.press('Enter');
  await expect(field).toHaveAccessibleDescription(/is not valid/);
  await expect(field).toBeFocused();
  await field.fill(` ${code.toLowerCase()} `);
  await field.press('Enter');
  const call = page.locator(`a[href*="${meetings[0]?.id}"]`);
  await expect(call).toBeVisible();
  await checkPage(page);
  await call.click();

  const email = 'coded@example.org';
  await page.getByLabel('Your name').fill('Coded');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.goto(await mailed(email, SIGN_IN));
  await page.getByRole('button', { name: 'Sign in and begin' }).click();
  await expect(state(page)).toContainText('Not submitted yet');
  expect(addresses.filter((address) => address.includes(code))).toEqual([]);

  // It was for one, and says so to the next.
  await page.goto(`/registrations?call=${meetings[0]?.id}#${code}`);
  await expect(page.getByRole('alert').first()).toContainText('is not open');
  await expect(page.getByRole('textbox', { name: 'Access code' })).toHaveValue(code);
});
