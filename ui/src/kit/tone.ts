/** The colours a thing may speak in; what they stand for is the user's business. */
export type Tone = 'slate' | 'blue' | 'amber' | 'violet' | 'green' | 'danger' | 'accent';
