// What a catalogue holds: English says it, and the others have to say all of it, too.

import type { en } from './en';

export type Catalogue = typeof en;
