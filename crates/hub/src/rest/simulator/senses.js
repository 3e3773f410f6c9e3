// What this browser can see, know and show, each in the form of a result's data. The browser asks
// its person again for whatever it has not been allowed yet.

/** Why something came to nothing, by the wire's own codes. */
export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** How many frames a camera may need to get used to the light. */
const WARM_UP = 5;
const QUALITY = 0.9;

/** The commands that are answered, with what they need of the browser. */
export const SENSES = {
  send_notification: { capability: 'notification', answer: notify },
  get_location: { capability: 'location', answer: locate },
  camera_snap: { capability: 'camera', answer: takePhoto },
  screen_snap: { capability: 'screen', answer: takeScreenshot },
};

/** Whether this browser has it at all, on this page. */
export function has(capability) {
  switch (capability) {
    case 'notification':
      return 'Notification' in window && window.isSecureContext;
    case 'location':
      return 'geolocation' in navigator && window.isSecureContext;
    case 'camera':
      return Boolean(navigator.mediaDevices?.getUserMedia);
    case 'screen':
      return Boolean(navigator.mediaDevices?.getDisplayMedia);
    default:
      return false;
  }
}

async function notify({ title, body }, id) {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') {
    throw new Failure('unavailable', 'this browser does not let the page show notifications');
  }
  const shown = new Notification(title, { body: body ?? '', tag: id });
  await new Promise((resolve, reject) => {
    shown.onshow = resolve;
    shown.onerror = () => reject(new Failure('failed', 'the notification could not be shown'));
    // Not every system says that it showed one.
    setTimeout(resolve, 2_000);
  });
  return { kind: 'notified' };
}

function locate({ accuracy }) {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({
          kind: 'located',
          latitude: coords.latitude,
          longitude: coords.longitude,
          altitude: coords.altitude,
          ...(Number.isFinite(coords.accuracy) && { accuracy: coords.accuracy }),
          ...(Number.isFinite(coords.heading) && { heading: coords.heading }),
          ...(Number.isFinite(coords.speed) && { speed: coords.speed }),
          source: 'browser',
          timestamp: new Date(timestamp).toISOString(),
        }),
      (problem) =>
        reject(
          problem.code === problem.PERMISSION_DENIED
            ? new Failure('denied', 'the browser was not allowed to tell the place')
            : new Failure('unavailable', 'the browser does not know the place'),
        ),
      { enableHighAccuracy: accuracy === 'high', timeout: 20_000, maximumAge: 0 },
    );
  });
}

async function takePhoto({ camera_id: wanted, resolution }) {
  const most = size(resolution);
  const ideal = most && { width: { ideal: most.width }, height: { ideal: most.height } };
  const camera = await named(wanted);
  const video = { ...ideal, ...(camera && { deviceId: { exact: camera.deviceId } }) };
  const stream = await opened(() => navigator.mediaDevices.getUserMedia({ video }));
  return still(stream, most, WARM_UP);
}

async function takeScreenshot({ resolution }) {
  const stream = await opened(() => navigator.mediaDevices.getDisplayMedia({ video: true }));
  return still(stream, size(resolution), 1);
}

/** The camera that is meant; none, where any will do. Never another one than that. */
async function named(wanted) {
  if (!wanted || wanted === 'default') return null;
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(
    ({ kind }) => kind === 'videoinput',
  );
  const found = cameras.find(({ deviceId, label }, index) =>
    [deviceId, label, String(index)].includes(wanted),
  );
  if (!found) throw new Failure('unavailable', 'this browser has no camera of that name');
  return found;
}

async function opened(open) {
  try {
    return await open();
  } catch (problem) {
    switch (problem.name) {
      case 'NotAllowedError':
        throw new Failure('denied', 'the browser was not allowed to look');
      case 'NotReadableError':
        throw new Failure('busy', 'another program has it');
      default:
        throw new Failure('unavailable', 'there is nothing to look with');
    }
  }
}

function size(resolution) {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(resolution ?? '') ?? [];
  return width && { width: Number(width), height: Number(height) };
}

/** One frame of a stream, at most that large, and the end of the stream. */
async function still(stream, most, frames) {
  const [track] = stream.getVideoTracks();
  const video = document.createElement('video');
  try {
    video.muted = true;
    video.srcObject = stream;
    await video.play();
    for (let seen = 0; seen < frames; seen += 1) {
      await new Promise((resolve) => {
        if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
        // A picture that stands still sends no more frames.
        setTimeout(resolve, 500);
      });
    }
    const { videoWidth, videoHeight } = video;
    const scale = most ? Math.min(1, most.width / videoWidth, most.height / videoHeight) : 1;
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(videoWidth * scale));
    canvas.height = Math.max(1, Math.round(videoHeight * scale));
    canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
    return {
      kind: 'pictured',
      base64_data: canvas.toDataURL('image/jpeg', QUALITY),
      width: canvas.width,
      height: canvas.height,
      source: track.label,
    };
  } finally {
    for (const open of stream.getTracks()) open.stop();
    video.srcObject = null;
  }
}
