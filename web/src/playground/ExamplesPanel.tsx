import { type GraphiQLPlugin, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { Kind, parse } from 'graphql';
import type { Example } from './example.ts';
import { examples } from './examples.ts';

export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title: 'Examples',
  icon: ListIcon,
  content: ExamplesPanel,
};

function ExamplesPanel() {
  const open = useOpenExample();
  return (
    <section className="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">Examples</h2>
      <p>Each opens in a tab of its own. Run it with the triangle or Ctrl-Enter, then change it.</p>
      <ol>
        {examples.map((example) => (
          <li key={example.file}>
            <button type="button" disabled={!open} onClick={() => open?.(example)}>
              <strong>{example.title}</strong>
              <span>{example.explanation}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/**
 * Returns a function that shows the tab which holds the example unchanged, or
 * opens it in a new one. There is none while the editors load: a tab that is
 * left before then would lose its query.
 */
function useOpenExample(): ((example: Example) => void) | undefined {
  const { addTab, changeTab, setOperationFacts, updateActiveTabValues } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(
    pick('tabs', 'queryEditor', 'variableEditor'),
  );
  if (!queryEditor || !variableEditor) return undefined;
  return ({ query, variables = '' }) => {
    const opened = tabs.findIndex((tab) => tab.query === query && (tab.variables ?? '') === variables);
    if (opened >= 0) {
      changeTab(opened);
    } else {
      addTab();
      updateActiveTabValues({ query, variables });
      queryEditor.setValue(query);
      variableEditor.setValue(variables);
    }
    // GraphiQL learns the operation's name some time after the editor changed, and
    // until then would ask the server for the previous tab's operation.
    setOperationFacts(operationFacts(query));
    queryEditor.getContainerDomNode().scrollIntoView({ block: 'nearest' });
  };
}

function operationFacts(query: string) {
  const documentAST = parse(query);
  const operations = documentAST.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION);
  return { documentAST, operations, operationName: operations[0]?.name?.value };
}

function ListIcon() {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round">
      <path d="M2 3.5h.01M2 8h.01M2 12.5h.01M5.5 3.5H14M5.5 8H14M5.5 12.5H14" />
    </svg>
  );
}
