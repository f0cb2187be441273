import { createContext, useContext } from 'react';
import { type Words, en } from './words.en.ts';
import { es } from './words.es.ts';
import { fr } from './words.fr.ts';

export const languages = { en, fr, es };
export type Language = keyof typeof languages;

/** The names of languages by their codes of the API. */
export const languageNames = Object.fromEntries(Object.entries(languages).map(([code, { name }]) => [code.toUpperCase(), name]));

/** The language of `?lang`, else the first of the reader's that there is, else English. */
export function chooseLanguage(search: string, preferred: readonly string[]): Language {
  const asked = [new URLSearchParams(search).get('lang') ?? '', ...preferred];
  const known = asked.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in languages);
  return (known as Language | undefined) ?? 'en';
}

/** An address of these pages, in the language that this one was asked for. */
export function linkTo(path: string, parameters: Record<string, string> = {}, search = location.search): string {
  const lang = new URLSearchParams(search).get('lang');
  const query = new URLSearchParams({ ...parameters, ...(lang ? { lang } : {}) }).toString();
  return query ? `${path}?${query}` : path;
}

export interface Speech {
  language: Language;
  words: Words;
}

export const SpeechContext = createContext<Speech>({ language: 'en', words: en });

export const useSpeech = () => useContext(SpeechContext);
