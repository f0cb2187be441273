import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { examples } from './examples.ts';
import { EXAMPLES_PLUGIN } from './ExamplesPanel.tsx';
import { SyntheticNotice } from './SyntheticNotice.tsx';

const fetcher = createGraphiQLFetcher({ url: '/graphql' });

// GraphiQL resets the visible panel whenever it is given another array.
const PLUGINS = [EXAMPLES_PLUGIN, HISTORY_PLUGIN];

// GraphiQL does not show the variables of the tab it opens with.
const FIRST_TABS = examples.filter(({ variables }) => !variables).slice(0, 1);

export function Playground() {
  return (
    <>
      <header className="playground-header">
        <h1>UPR data: GraphQL playground</h1>
        <SyntheticNotice />
      </header>
      <main className="playground-main">
        <GraphiQL
          fetcher={fetcher}
          plugins={PLUGINS}
          visiblePlugin={EXAMPLES_PLUGIN}
          defaultTabs={FIRST_TABS}
          defaultEditorToolsVisibility="variables"
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}
