import '../people/people.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from '../people/Page.tsx';
import { RegistrationPage } from './RegistrationPage.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('registration.html has no element with the id "root"');

const [, , id] = location.pathname.split('/');

createRoot(root).render(
  <StrictMode>
    <Page>
      <RegistrationPage id={id || undefined} />
    </Page>
  </StrictMode>,
);
