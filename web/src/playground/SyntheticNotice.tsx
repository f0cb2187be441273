import { useEffect, useState } from 'react';

/** Says so when the instance holds synthetic data; is empty otherwise. */
export function SyntheticNotice() {
  const [synthetic, setSynthetic] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    holdsSyntheticData(leaving.signal).then(setSynthetic, (error: unknown) => {
      if (!leaving.signal.aborted) console.warn('cannot tell whether the data is synthetic:', error);
    });
    return () => leaving.abort();
  }, []);

  // The status element is always there: screen readers announce what appears in it.
  return (
    <p role="status" className="synthetic-notice" hidden={!synthetic}>
      {synthetic && (
        <>
          <strong>Synthetic data.</strong> The recommendations of this instance were generated for
          demonstration. No State made them, and no figure here describes a real review: do not cite
          them.
        </>
      )}
    </p>
  );
}

const QUESTION = '{ recommendations(first: 1) { nodes { provenance { synthetic } } } }';

interface Answer {
  data?: { recommendations: { nodes: { provenance: { synthetic: boolean } }[] } } | null;
  errors?: { message: string }[];
}

async function holdsSyntheticData(signal: AbortSignal): Promise<boolean> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: QUESTION }),
    signal,
  });
  const { data, errors } = (await response.json()) as Answer;
  if (!data) throw new Error(errors?.[0]?.message ?? `the server answered ${response.status}`);
  return data.recommendations.nodes.some(({ provenance }) => provenance.synthetic);
}
