import '../people/people.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from '../people/Page.tsx';
import { BeginPage } from './BeginPage.tsx';
import { RegistrationPage } from './RegistrationPage.tsx';
import { RegistrationsPage } from './RegistrationsPage.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('registration.html has no element with the id "root"');

const [, , id] = location.pathname.split('/');
const call = new URLSearchParams(location.search).get('call');

createRoot(root).render(
  <StrictMode>
    <Page>{id ? <RegistrationPage id={id} /> : call ? <BeginPage preSession={call} /> : <RegistrationsPage />}</Page>
  </StrictMode>,
);
