/** The words before what a phrase is about, and those after it, where a language has some. */
export function around(verb: string, more: string | null = null): Around {
  return { verb, more };
}

export interface Around {
  verb: string;
  more: string | null;
}
