import 'graphiql/setup-workers/vite';
// Not graphiql/style.css, which brings two web fonts along.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './playground.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Playground } from './Playground.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('playground.html has no element with the id "root"');

createRoot(root).render(
  <StrictMode>
    <Playground />
  </StrictMode>,
);
