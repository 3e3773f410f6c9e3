// Was über Fähigkeiten und Einstellungen gesagt wird.

import type { Catalogue } from '../catalogue';

export const capabilities: Catalogue['capabilities'] = {
  intro: 'Was hier ausgeschaltet ist, wird jedem Agenten verweigert, gleich welcher Stufe.',
  means: {
    notification:
      'Nachrichten auf dem Bildschirm dieses Computers zeigen, mit dem Namen des Agenten.',
    location: 'Sagen, wo dieser Computer ist, so genau, wie Sie es erlauben.',
    camera: 'Bilder mit einer Kamera machen. Sie sehen jedes, bevor es hinausgeht.',
    microphone: 'Ton zusammen mit dem Bildschirm aufnehmen.',
    screen: 'Bilder vom Bildschirm machen und ihn aufnehmen. Eine Anzeige zeigt es die ganze Zeit.',
    agents: 'Programme starten, die Sie für Hubs eingerichtet haben.',
    network: 'Befehle andere Computer erreichen lassen.',
    shell: 'Befehle in einer Sandbox ausführen.',
  },
  available: 'Dieser Computer hat es:',
  missing: 'Dieser Computer kann es jetzt nicht:',
  fix: {
    notification: 'Schalten Sie Mitteilungen in den Einstellungen des Systems ein.',
    location:
      'Schalten Sie den Standortdienst des Systems ein und lassen Sie Chaperone ihn nutzen, oder geben Sie in den Einstellungen einen Ort ein.',
    camera:
      'Schließen Sie eine Kamera an und lassen Sie Chaperone sie in den Datenschutz-Einstellungen des Systems nutzen.',
    microphone:
      'Schließen Sie ein Mikrofon an, oder wählen Sie in den Einstellungen, dass Aufnahmen hören, was dieser Computer abspielt.',
    screen:
      'Lassen Sie Chaperone in den Datenschutz-Einstellungen des Systems den Bildschirm aufnehmen.',
    agents: 'Richten Sie zuerst ein Programm ein.',
    network:
      'Installieren Sie unter Linux bubblewrap: Es schließt Programme ein, die das Netzwerk nutzen.',
    shell: 'Installieren Sie unter Linux bubblewrap: Es schließt ein, was Programme können.',
  },
  look: 'Erneut nachsehen',
  looking: 'Es wird nachgesehen, was dieser Computer hat…',
  kept: 'Hier aufbewahrte Bilder und Aufnahmen',
  keptBody: 'Verschlüsselt, nur auf diesem Computer, und gelöscht, wenn ihre Zeit um ist.',
  keepFor: 'Tage, die Aufgenommenes aufbewahrt wird',
  keepForHint: 'Was von jetzt an aufgenommen wird.',
  daysWrong: 'Zwischen 1 und 3650 Tagen.',
  keptNone: 'Keine werden aufbewahrt.',
  picture: 'Bild',
  recording: 'Aufnahme',
  taken: (when) => `aufgenommen ${when}`,
  deletes: (when) => `wird gelöscht: ${when}`,
  delete: 'Löschen',
  deleteThis: (what) => `Löschen: ${what}`,
  deleted: 'Gelöscht.',
  older: 'Ältere',
};

export const settings: Catalogue['settings'] = {
  table: 'Was Agenten dürfen',
  tableBody:
    'Für jede Fähigkeit, nach der Stufe, die zählt. Manche Stufen reichen nie, was Sie auch wählen. Eine strengere Antwort macht auch die Stufen davor strenger.',
  tableCell: (capability, level) => `${capability}, ${level}`,
  never: (needs) => `erfordert „${needs}“`,
  shell: 'Befehle',
  graduated: 'Niedrigere Stufen dürfen um harmlose Befehle fragen',
  graduatedMore:
    'Ein Praktikant darf dann um ls, pwd, cat, grep, head, tail, echo, date und whoami fragen; ein beaufsichtigter Agent auch um find, ps, top, df, du, netstat und lsof. Sie werden jedes Mal gefragt, und sie laufen in einer Sandbox.',
  folders: 'Ordner, in denen Programme mehr dürfen als lesen',
  foldersBody:
    'Überall sonst liest ein Befehl, was andere Benutzer lesen könnten, schreibt nichts und hat kein Netzwerk.',
  foldersNone: 'Keine Ordner. Befehle schreiben nirgends.',
  folder: 'Ordner',
  folderHint: 'Ein ganzer Pfad: /home/ada/code',
  access: 'Programme dürfen dort',
  accesses: {
    write: 'schreiben, kein Netzwerk',
    writeNetwork: 'schreiben und das Netzwerk nutzen',
    uncontained: 'alles, was Sie können',
  },
  uncontainedWarning:
    'Keine Sandbox: Ein Befehl dort kann alles, was Sie können. Sie werden jedes Mal gefragt.',
  addFolder: 'Ordner hinzufügen',
  removeFolder: (path) => `Den Ordner ${path} entfernen`,
  needsFolder: 'Geben Sie den ganzen Pfad eines Ordners ein.',
  captures: 'Bilder und Aufnahmen',
  sound: 'Was Aufnahmen mit Ton hören',
  sounds: { microphone: 'das Mikrofon', output: 'was dieser Computer abspielt' },
  camera: 'Die Kamera, wenn ein Agent keine nennt',
  cameraHint:
    'Ihr Name, wie er unter „Fähigkeiten“ in Klammern steht. Leer: die erste, die gefunden wird.',
  unseen: 'Aufnahmen ohne Anzeige',
  unseenMore:
    'Nur für einen Computer ohne Bildschirm: Bilder und Aufnahmen dürfen dann entstehen, wo nichts das anzeigen kann.',
  place: 'Der Ort, der verraten wird',
  placeFound: 'Wo das System diesen Computer findet',
  placeTyped: 'Ein Ort, den Sie eingeben',
  latitude: 'Breite',
  longitude: 'Länge',
  accuracy: 'Auf so viele Meter genau',
  placeWrong: 'Die Breite liegt zwischen −90 und 90, die Länge zwischen −180 und 180.',
  perMinute: 'Befehle pro Minute, die ein Hub senden darf',
  perMinuteHint: 'Was darüber hinausgeht, wird ungehört abgelehnt.',
  perMinuteWrong: 'Zwischen 1 und 100.000.',
  look: 'Sprache und Aussehen',
  language: 'Sprache',
  languageSystem: (language) => `Wie das System: ${language}`,
  theme: 'Farben',
  themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  pause: 'Anhalten',
  pausedNow: 'Alles ist angehalten: Nichts läuft, und jede Anfrage wird abgelehnt.',
  runsNow:
    'Beendet, was immer für Agenten läuft, und lehnt alles ab, was sie fragen, bis Sie fortsetzen.',
  record: 'Protokoll',
  checkpoint: 'Ein Siegel des Protokolls erstellen',
  checkpointBody:
    'Eine Zeile, die für alles bisher Aufgeschriebene steht. Bewahren Sie sie anderswo auf: Später zeigt sie, ob seither etwas geändert wurde.',
  checkpointIs: 'Das Siegel',
  about: 'Über',
  version: 'Version',
  device: 'Dieser Computer',
  hub: 'Sein eigener Hub',
  hubOff: 'hört nicht zu',
  welcome: 'Die ersten Schritte noch einmal zeigen',
  licence: 'Lizenz',
  saved: (what) => `Gespeichert: ${what}`,
};
