// A place as it is typed.

import type { PlaceView } from '../../api/generated/PlaceView';

/** Many languages write a comma where others write a point. */
function number(text: string): number | null {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  return /^[-+]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** The place, or nothing where it is none. */
export function placeOf(
  latitudeText: string,
  longitudeText: string,
  accuracyText: string,
): PlaceView | null {
  const latitude = number(latitudeText);
  const longitude = number(longitudeText);
  const accuracy = accuracyText.trim() === '' ? null : number(accuracyText);
  if (latitude === null || longitude === null) return null;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  if (accuracy === null ? accuracyText.trim() !== '' : accuracy <= 0) return null;
  return { latitude, longitude, accuracy };
}
