import '../people/people.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from '../people/Page.tsx';
import { InvitationPage } from './InvitationPage.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('invitation.html has no element with the id "root"');

createRoot(root).render(
  <StrictMode>
    <Page>
      <InvitationPage />
    </Page>
  </StrictMode>,
);
