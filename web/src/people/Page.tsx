import { type ReactNode, useEffect, useState } from 'react';
import { ask } from './ask.ts';
import { chooseLanguage, type Language, languages, SpeechContext, useSpeech } from './language.ts';

/** The frame of a page, in a language that the reader can change. */
export function Page({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => chooseLanguage(location.search, navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const change = (to: Language) => {
    setLanguage(to);
    const query = new URLSearchParams(location.search);
    query.set('lang', to);
    history.replaceState(null, '', `?${query}${location.hash}`);
  };
  const words = languages[language];
  return (
    <SpeechContext value={{ language, words }}>
      <header>
        <p className="brand">UPR Info</p>
        <nav aria-label={words.languages}>
          {Object.entries(languages).map(([code, { name }]) => (
            <button
              key={code}
              type="button"
              className="quiet"
              lang={code}
              aria-current={code === language || undefined}
              onClick={() => change(code as Language)}
            >
              {name}
            </button>
          ))}
        </nav>
      </header>
      <main>{children}</main>
    </SpeechContext>
  );
}

/** The heading of a page, which is its title as well. */
export function Title({ children }: { children: string }) {
  useEffect(() => {
    document.title = `${children} – UPR Info`;
  }, [children]);
  return <h1>{children}</h1>;
}

/** The names of States by their codes, in the reader's language; the codes until they are known. */
export function useStates(codes: readonly string[]): (code: string) => string {
  const { language } = useSpeech();
  const [names, setNames] = useState<Record<string, string>>({});
  const key = [...new Set(codes)].sort().join(' ');
  useEffect(() => {
    if (key === '') return;
    let left = false;
    ask<{ states: { nodes: { code: string; name: string }[] } }>('states', {
      codes: key.split(' '),
      language: language.toUpperCase(),
    }).then(
      ({ states }) => {
        if (!left) setNames(Object.fromEntries(states.nodes.map(({ code, name }) => [code, name])));
      },
      (error: unknown) => console.warn('the names of States are not known:', error),
    );
    return () => {
      left = true;
    };
  }, [key, language]);
  return (code) => names[code] ?? code;
}
