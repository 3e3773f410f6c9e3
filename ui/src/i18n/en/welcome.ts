// The first run, in three steps.

import { digits } from './counted';

export const welcome = {
  step: (step: number, steps: number) => `${digits(step)} of ${digits(steps)}`,
  whatTitle: 'Nothing happens without you',
  what: 'Chaperone stands between this computer and the AI agents that want something from it: a notification, a picture, a recording, the place, a command.',
  asks: 'They ask; you decide.',
  asksMore: 'You see exactly what would happen, and who asks. No answer counts as no.',
  look: 'You look before it leaves.',
  lookMore: 'A picture or a recording is shown to you first. Until you send it, it stays here.',
  stop: 'You can stop everything at any moment.',
  stopMore: '“Pause everything” ends what runs and refuses what comes, until you resume.',
  record: 'Everything is written down.',
  recordMore: 'The record of what was asked and done cannot be changed unnoticed.',
  mayTitle: 'What agents may do',
  may: 'Each agent has a level, from Student to Autonomous. Its hub names it; you can set a limit, and only the lower one counts. This is the table to begin with. You can change it at any time in the settings.',
  tryTitle: 'Make your first request',
  practice:
    'The quickest way: send yourself a request. It goes the way that all go, and asks for one notification.',
  practiceSend: 'Send yourself a request',
  practiceSending: 'Sending…',
  practiceTitle: 'Hello from Chaperone',
  practiceBody: 'You allowed this notification.',
  tried: 'That is all there is to it: an agent asked, and you had the last word.',
  triedMore: 'What happened is in the record, under Activity.',
  nextTable: 'Next: what agents may do',
  nextTry: 'Next: try it',
  finish: 'Done',
  skip: 'Skip',
};
