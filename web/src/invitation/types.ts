import type { en } from '../people/words.en.ts';

export interface Meeting {
  id: string;
  stateUnderReview: string;
  startsAt: string | null;
  room: string;
  closesAt: string | null;
  open: boolean;
}

export type Wish = keyof typeof en.wishes;

export interface Delegate {
  id: string;
  preSession: string;
  status: keyof typeof en.statuses;
  name: string;
  email: string;
  position: string;
  wants: Wish[];
  floor: keyof typeof en.floors | null;
  stateNamed: boolean;
  badge: boolean;
}

/** An invitation as whoever holds its token sees it. */
export interface Invitation {
  category: 'MISSION' | 'UN' | 'NGO_OBSERVER' | 'MEDIA';
  state: string | null;
  label: string;
  domain: string;
  session: number;
  meetings: Meeting[];
  delegates: Delegate[];
}

export interface Statement {
  id: string;
  language: string;
  title: string;
  organisationName: string;
  kind: string;
  size: number;
  path: string;
}

/** Changes something with the token of the invitation, and shows what has become of it. */
export type Change = (document: string, input?: Record<string, unknown>) => Promise<void>;
