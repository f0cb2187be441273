/** What is wrong with an input; the field is empty where it is none in particular. */
export interface UserError {
  field: string;
  message: string;
  /** Empty where the page says so itself, in the reader's language. */
  code: string;
  /** The document that was sent. */
  document?: string;
}
