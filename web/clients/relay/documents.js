// What Relay's compiler reads. Nothing imports this: the test runs what the compiler writes.
import { graphql } from 'relay-runtime';

graphql`
  query documentsStatesQuery {
    ...documents_states
  }
`;

graphql`
  fragment documents_states on Query
  @refetchable(queryName: "documentsMoreStatesQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    states(first: $count, after: $cursor) @connection(key: "documents_states") {
      edges {
        node {
          id
          code
        }
      }
    }
  }
`;

graphql`
  query documentsStateQuery($code: String!) {
    state(code: $code) {
      id
      ...documents_received
    }
  }
`;

graphql`
  fragment documents_received on State
  @refetchable(queryName: "documentsMoreReceivedQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    recommendationsReceived(first: $count, after: $cursor) @connection(key: "documents_recommendationsReceived") {
      edges {
        node {
          id
          text
        }
      }
    }
  }
`;
