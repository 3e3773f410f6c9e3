// The frame around the views, the first view, and what stands in every one.

import { capital, counted, digits } from './counted';

export const frame = {
  requestWindow: 'Chaperone: a request',
  indicator: {
    window: 'Chaperone: captures',
    label: 'Captures',
    does: {
      photographs: '{agent} takes a picture with {source}',
      looks: '{agent} sees {source}',
      looksAndHearsMicrophone: '{agent} sees {source} and hears your microphone',
      looksAndHearsOutput: '{agent} sees {source} and hears what this computer plays',
    },
    about: (connection: string, time: string) => `through ${connection}, since ${time}`,
    over: 'Over',
    notStopped: 'It could not be stopped. Pause everything in the panel.',
  },
  desktop: {
    title: 'This desktop',
    start: 'Start at login',
    startBody: 'Without a window: a request still opens its own.',
    shortcut: 'Pause everything from anywhere:',
    hearing: {
      works: 'These keys only ever pause; you resume in this window.',
      taken: 'Another program has these keys, so they do nothing here.',
      notHere:
        'This desktop lets no program listen for keys. In its own settings you can put `chaperone-headless pause` on a key.',
    },
    noTray: 'Nothing here shows tray icons',
    noTrayBody: 'Closing this window leaves Chaperone running. Start it again to open the window.',
    logs: 'Open the folder of the log',
    linkRefused: 'That link was not followed.',
  },
  views: 'Views',
  view: {
    now: 'Now',
    requests: 'Requests',
    activity: 'Activity',
    agents: 'Agents',
    connections: 'Connections',
    capabilities: 'Capabilities',
    settings: 'Settings',
  },
  toContent: 'To the content',
  waits: 'Waits for you',
  runs: 'Runs right now',
  standing: 'What agents can do right now',
  changeTable: 'Change the table',
  justNow: 'Just now',
  allActivity: 'All activity',
  connections: 'Connections',
  firstTitle: 'Make your first request',
  firstBody:
    'Nothing happens on this computer without your yes. Paste one of these lines into a terminal, be the agent, and see what you are asked.',
  again: 'Connect an agent',
  againBody: 'Agents on this computer ask with one of these keys: {address}',
  notices: 'You should know',
  lostTitle: 'No contact with Chaperone.',
  lostBody: 'What you see is what was last known. Trying to reach it again…',
  requestsEmptyTitle: 'Nothing waits for you',
  requestsEmptyBody: 'When an agent wants something that needs your yes, it appears here.',
  denyEverything: 'Deny everything',
  waitingCount: (count: number) => counted(count, 'request waits', 'requests wait'),
  /** For a screen reader; ours first, so that a name from outside cannot pass for it. */
  announced: (request: string) => `New request: ${request}`,
  headline: {
    lost: 'No contact with Chaperone',
    starting: 'One moment…',
    paused: 'Everything is paused',
    nothing: 'Nothing waits for you',
    waiting: (agents: number) =>
      `${capital(counted(agents, 'agent is', 'agents are'))} waiting for you`,
  },
  subline: {
    waiting: (requests: number) => capital(`${counted(requests, 'request', 'requests')} waiting`),
    requests: (requests: number) => capital(counted(requests, 'request', 'requests')),
    running: (commands: number) => capital(`${counted(commands, 'command', 'commands')} running`),
    both: (requests: string, running: string) =>
      `${requests}, ${running.charAt(0).toLowerCase()}${running.slice(1)}`,
  },
  pause: {
    pause: 'Pause everything',
    pausing: 'Pausing…',
    resume: 'Resume',
    resuming: 'Resuming…',
    title: 'Everything is paused.',
    body: 'Nothing runs and every request is refused until you resume. This holds over a restart.',
  },
  running: {
    stop: 'Stop',
    stopping: 'Stopping…',
  },
  table: {
    capability: 'Capability',
    remembered: (time: string, verdict: string) => `once in ${time}, then ${verdict}`,
    preview: 'you look first',
    precision: (exactness: string) => `no more exact than: ${exactness}`,
    perMinute: (most: number) => `up to ${digits(most)} a minute`,
  },
  starters: {
    key: 'Key',
    reveal: 'Reveal',
    hide: 'Hide',
    copyKey: 'Copy key',
    copyCommand: 'Copy the line',
    notCopiedHint: 'Reveal the key, then select and copy the text by hand.',
    none: 'The hub on this computer is not listening, so there is nothing to paste.',
    /** What to expect, by level. */
    expect: {
      student: 'May look on, and do nothing yet.',
      intern: 'May show notifications, asking each time.',
      supervised: 'Shows notifications by itself once you allowed it.',
      autonomous: 'May run commands too, asking each time.',
    },
  },
};
