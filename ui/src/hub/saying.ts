// What a person does on the page of supervision, and what they are told of it.

/** The hub takes 2,000 bytes, and a letter may have four. */
export const LONGEST = 500;

/** Does something and says what came of it; no where it was refused. */
export type Say = (act: () => Promise<string>) => Promise<boolean>;
