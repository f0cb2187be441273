import type { FileRefusal } from '../people/refusals.ts';
import type { en } from '../people/words.en.ts';

export type State = keyof typeof en.states;
export type Audience = keyof typeof en.audiences;
export type Item = keyof typeof en.items;

/** A Pre-session for which somebody may apply. */
export interface OpenCall {
  id: string;
  session: number;
  stateUnderReview: string;
  closesAt: string;
}

export interface Listed {
  id: string;
  reference: string;
  session: number;
  stateUnderReview: string;
  state: State;
}

export interface Answers {
  organisation: string;
  organisationKind: string | null;
  national: boolean | null;
  womenLed: boolean;
  groupAtRisk: boolean;
  founded: number | null;
  ecosoc: boolean;
  aims: string;
  issues: string[];
  submission: keyof typeof en.submissions | null;
  submissionLink: string;
  consent: boolean;
}

export interface Consent {
  audience: Audience;
  item: Item;
}

export interface Identity {
  name: string;
  position: string;
  email: string;
  phone: string;
}

export interface Speaker {
  about: {
    id: string;
    level: number;
    lowerTo: number | null;
    pseudonym: string;
    gender: string;
    contact: string;
    language: string;
    neutral: boolean;
    named: boolean;
    revision: number;
    consents: Consent[];
  };
  identity: Identity | null;
  publicly: { name: string; position: string; organisation: string } | null;
}

/** Nobody has asked for the level that somebody has: UPR Info looks before anything is shown. */
export const awaitsReview = ({ level, lowerTo }: Speaker['about']) => lowerTo === level;

export interface Owner {
  id: string;
  email: string;
  contact: boolean;
  /** Null for whoever owns it already. */
  invitedUntil: string | null;
}

/** Those who own a registration; where there are none, staff act in the applicant's place. */
export const owning = ({ owners }: Registration) => owners.filter(({ invitedUntil }) => invitedUntil === null);

/** Whether staff act in the place of an applicant, and say how they were asked to. */
export const inPlace = (registration: Registration) => owning(registration).length === 0;

/** A registration as its applicant sees it. */
export interface Registration extends Listed {
  preSession: string;
  answers: Answers;
  submissionFile: (StoredFile & { state: keyof typeof en.submissionFiles }) | null;
  questions: string | null;
  respondBy: string | null;
  offerExpiresAt: string | null;
  outcome: keyof typeof en.outcomes | null;
  feedback: string | null;
  availability: string;
  agreesTo: string;
  mergerEnded: boolean;
  owners: Owner[];
  editable: boolean;
  revision: number;
  missions: Missions | null;
  letterRequested: string | null;
  reserve: Reserve | null;
  /** As the applicant was told; null where that is to follow. */
  meeting: Appointment | null;
  /** With an offer: it is being changed, and the applicant is still to be told. */
  meetingMoves: boolean;
  off: keyof typeof en.meetingOff | null;
  participants: Speaker[];
}

/** A place on the waiting list. */
export interface Reserve {
  rank: keyof typeof en.reserves;
  /** Null: the day of the Pre-session, which is not known yet. */
  decidedBy: string | null;
}

export interface Appointment {
  startsAt: string;
  minutes: number;
  room: string;
}

/** Whose missions come, and what to know of that before somebody speaks. */
export interface Missions {
  states: string[];
  stateUnderReview: boolean;
  reprisals: string;
  guidance: string;
}

/** A Pre-session, as the published agenda says. */
export interface Meeting {
  startsAt: string;
  endsAt: string;
  room: string;
  mode: keyof typeof en.meetingModes;
  status: 'PLANNED' | 'HELD' | keyof typeof en.meetingOff;
}

/** A review of the State under review, and the Pre-session before it where an agenda has one. */
export interface ReviewOfState {
  session: { number: number };
  postponements: { plannedSession: { number: number } }[];
  meeting: Meeting | null;
}

/**
 * The published Pre-session for which somebody registered before a session, and the session in whose agenda it is:
 * another one where the review was postponed since.
 */
export function meetingOf(reviews: ReviewOfState[], registeredFor: number): { meeting: Meeting; session: number } | undefined {
  const found = reviews.find(({ session, postponements }) => [session, ...postponements.map((one) => one.plannedSession)].some(({ number }) => number === registeredFor));
  return found?.meeting ? { meeting: found.meeting, session: found.session.number } : undefined;
}

/** Changes something, shows what has become of it, and gives what was answered. */
export type Change = <T>(document: string, input: Record<string, unknown>, more?: Record<string, unknown>) => Promise<T>;

/** A file that was uploaded, and why it was refused where it was. */
export interface StoredFile {
  kind: string;
  reason: string;
  refusal: FileRefusal | null;
}

export interface Statement {
  id: string;
  state: keyof typeof en.statementStates;
  language: string;
  title: string;
  questions: string | null;
  revision: number;
  file: StoredFile | null;
}

/** What was taken from a statement, for its wording to be confirmed. */
export interface Ask {
  id: string;
  state: keyof typeof en.askStates;
  text: string;
  comment: string | null;
  addressedState: string | null;
  revision: number;
}
