/** What is wrong with an input; the field is empty where it is none in particular. */
export interface UserError {
  field: string;
  message: string;
  code: string;
}
