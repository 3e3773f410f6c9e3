// What an agent wants, does or did, as a phrase after its name: a verb, then what it is about,
// then the rest.

import { around } from '../around';

export const actions = {
  exactness: { low: 'about the town', medium: 'about the street', high: 'exactly' },
  so: (exactness: string) => `(${exactness})`,
  upTo: (time: string) => `for up to ${time}`,
  upToWithSound: (time: string) => `for up to ${time}, with sound`,
  of: (time: string) => `of ${time}`,
  waits: {
    camera: around('waits for the picture from'),
    screenshot: around('waits for the picture of'),
    recording: around('waits for its recording'),
    other: around('waits for what was captured'),
  },
  wants: {
    notification: around('wants to show a notification'),
    shell: around('wants to run'),
    location: around('wants to know where you are'),
    camera: around('wants a picture from'),
    screenshot: around('wants a picture of'),
    recording: around('wants to record'),
    endRecording: around('wants to end its recording'),
  },
  does: {
    notification: around('shows a notification'),
    shell: around('runs'),
    location: around('finds out where you are'),
    camera: around('takes a picture with'),
    screenshot: around('takes a picture of'),
    recording: around('records'),
    endRecording: around('ends its recording'),
  },
  did: {
    notification: around('showed a notification'),
    shell: around('ran'),
    location: around('was told where you are'),
    camera: around('took a picture with the camera'),
    screenshot: around('took a picture of the screen'),
    // The command is over once the recording goes; its end is an entry of its own.
    recording: around('began to record the screen'),
    endRecording: around('was sent its recording'),
  },
  asked: {
    notification: around('asked to show a notification'),
    shell: around('asked to run'),
    location: around('asked where you are'),
    camera: around('asked for a picture from the camera'),
    screenshot: around('asked for a picture of the screen'),
    recording: around('asked to record the screen'),
    endRecording: around('asked for its recording'),
    unknown: around('asked for something unknown here'),
    unreadable: around('sent something that cannot be read'),
  },
};
