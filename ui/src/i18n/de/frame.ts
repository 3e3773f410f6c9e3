// Der Rahmen um die Ansichten, die erste Ansicht, und die ersten Schritte.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const frame: Catalogue['frame'] = {
  requestWindow: 'Chaperone: eine Anfrage',
  indicator: {
    window: 'Chaperone: Aufnahmen',
    label: 'Aufnahmen',
    does: {
      photographs: '{agent} macht ein Bild mit {source}',
      looks: '{agent} sieht {source}',
      looksAndHearsMicrophone: '{agent} sieht {source} und hört Ihr Mikrofon',
      looksAndHearsOutput: '{agent} sieht {source} und hört, was dieser Computer abspielt',
    },
    about: (connection: string, time: string) => `über ${connection}, seit ${time}`,
    over: 'Beendet',
    notStopped: 'Das ließ sich nicht beenden. Halten Sie im Fenster alles an.',
  },
  desktop: {
    title: 'Dieser Desktop',
    start: 'Beim Anmelden starten',
    startBody: 'Ohne Fenster: Eine Anfrage öffnet trotzdem ihres.',
    shortcut: 'Von überall alles anhalten:',
    hearing: {
      works: 'Diese Tasten halten nur an; fortsetzen können Sie in diesem Fenster.',
      taken: 'Ein anderes Programm hat diese Tasten, daher tun sie hier nichts.',
      notHere:
        'Dieser Desktop lässt kein Programm auf Tasten hören. In seinen Einstellungen können Sie `chaperone-headless pause` auf eine Taste legen.',
    },
    noTray: 'Hier zeigt nichts Symbole in einer Leiste',
    noTrayBody:
      'Wenn Sie dieses Fenster schließen, läuft Chaperone weiter. Starten Sie es erneut, um das Fenster zu öffnen.',
    logs: 'Ordner des Protokolls öffnen',
    linkRefused: 'Diesem Link wurde nicht gefolgt.',
    updates: {
      title: 'Aktualisierungen',
      body: 'Niemand wird nach neueren Versionen gefragt, bevor Sie das tun.',
      none: 'Dieser Build sucht nicht nach neueren Versionen. Holen Sie sie dort, wo Sie diesen her haben.',
      look: 'Nach einer neueren Version suchen',
      looking: 'Wird gesucht …',
      newest: 'Sie haben die neueste Version.',
      found: (version: string) => `Chaperone ${version} ist da.`,
      ends: 'Chaperone endet kurz und startet neu. Was läuft, wird beendet.',
      install: 'Installieren und neu starten',
      installing: 'Wird installiert …',
      fetched: (had: string, of: string) => `${had} von ${of}`,
      problem: {
        noSource: 'Diesem Build wurde kein Ort für neuere Versionen genannt.',
        unreachable:
          'Der Ort, an dem neuere Versionen genannt werden, hat nicht geantwortet, wie er sollte.',
        notForThis: 'Für dieses System gibt es keine.',
        notGenuine:
          'Was kam, war nicht von denen signiert, die diesen Build gemacht haben. Es wurde verworfen.',
        notAllowed: 'Das System durfte sie nicht installieren.',
        notInstalled:
          'Sie konnte nicht installiert werden. Die Version, die Sie haben, ist noch da.',
      },
    },
  },
  views: 'Ansichten',
  view: {
    now: 'Jetzt',
    requests: 'Anfragen',
    activity: 'Verlauf',
    agents: 'Agenten',
    connections: 'Verbindungen',
    capabilities: 'Fähigkeiten',
    settings: 'Einstellungen',
  },
  toContent: 'Zum Inhalt',
  waits: 'Wartet auf Sie',
  runs: 'Läuft gerade',
  standing: 'Was Agenten gerade dürfen',
  changeTable: 'Tabelle ändern',
  justNow: 'Zuletzt',
  allActivity: 'Ganzer Verlauf',
  connections: 'Verbindungen',
  firstTitle: 'Machen Sie Ihre erste Anfrage',
  firstBody:
    'Auf diesem Computer geschieht nichts ohne Ihr Ja. Fügen Sie eine dieser Zeilen in ein Terminal ein, seien Sie der Agent, und sehen Sie, was Sie gefragt werden.',
  again: 'Einen Agenten verbinden',
  againBody: 'Agenten auf diesem Computer fragen mit einem dieser Schlüssel: {address}',
  notices: 'Das sollten Sie wissen',
  lostTitle: 'Kein Kontakt zu Chaperone.',
  lostBody: 'Sie sehen, was zuletzt bekannt war. Es wird versucht, es wieder zu erreichen…',
  requestsEmptyTitle: 'Nichts wartet auf Sie',
  requestsEmptyBody: 'Wenn ein Agent etwas will, das Ihr Ja braucht, erscheint es hier.',
  denyEverything: 'Alles ablehnen',
  waitingCount: (count) =>
    plural(count, { one: 'eine Anfrage wartet', other: `${digits(count)} Anfragen warten` }),
  announced: (request) => `Neue Anfrage: ${request}`,
  headline: {
    lost: 'Kein Kontakt zu Chaperone',
    starting: 'Einen Moment…',
    paused: 'Alles ist angehalten',
    nothing: 'Nichts wartet auf Sie',
    waiting: (agents) =>
      plural(agents, {
        one: 'Ein Agent wartet auf Sie',
        other: `${digits(agents)} Agenten warten auf Sie`,
      }),
  },
  subline: {
    waiting: (requests) =>
      plural(requests, {
        one: 'Eine Anfrage wartet',
        other: `${digits(requests)} Anfragen warten`,
      }),
    requests: (requests) =>
      plural(requests, { one: 'Eine Anfrage', other: `${digits(requests)} Anfragen` }),
    running: (commands) =>
      plural(commands, { one: 'Ein Befehl läuft', other: `${digits(commands)} Befehle laufen` }),
    both: (requests, running) =>
      `${requests}, ${running.charAt(0).toLowerCase()}${running.slice(1)}`,
  },
  pause: {
    pause: 'Alles anhalten',
    pausing: 'Wird angehalten…',
    resume: 'Fortsetzen',
    resuming: 'Wird fortgesetzt…',
    title: 'Alles ist angehalten.',
    body: 'Nichts läuft, und jede Anfrage wird abgelehnt, bis Sie fortsetzen. Das gilt auch nach einem Neustart.',
  },
  running: { stop: 'Anhalten', stopping: 'Wird angehalten…' },
  table: {
    capability: 'Fähigkeit',
    remembered: (time, verdict) => `einmal in ${time}, dann ${verdict}`,
    preview: 'Sie sehen es zuerst',
    precision: (exactness) => `nicht genauer als: ${exactness}`,
    perMinute: (most) => `bis zu ${digits(most)} pro Minute`,
  },
  starters: {
    key: 'Schlüssel',
    reveal: 'Zeigen',
    hide: 'Verbergen',
    copyKey: 'Schlüssel kopieren',
    copyCommand: 'Zeile kopieren',
    notCopiedHint:
      'Lassen Sie den Schlüssel zeigen, markieren Sie dann den Text und kopieren Sie ihn von Hand.',
    none: 'Der Hub auf diesem Computer hört nicht zu; es gibt nichts einzufügen.',
    expect: {
      student: 'Darf zusehen und noch nichts tun.',
      intern: 'Darf Mitteilungen anzeigen und fragt jedes Mal.',
      supervised: 'Zeigt Mitteilungen von selbst, nachdem Sie es erlaubt haben.',
      autonomous: 'Darf auch Befehle ausführen und fragt jedes Mal.',
    },
  },
};

export const welcome: Catalogue['welcome'] = {
  step: (step, steps) => `${digits(step)} von ${digits(steps)}`,
  whatTitle: 'Nichts geschieht ohne Sie',
  what: 'Chaperone steht zwischen diesem Computer und den KI-Agenten, die etwas von ihm wollen: eine Mitteilung, ein Bild, eine Aufnahme, den Ort, einen Befehl.',
  asks: 'Sie fragen; Sie entscheiden.',
  asksMore: 'Sie sehen genau, was geschehen würde und wer fragt. Keine Antwort zählt als Nein.',
  look: 'Sie sehen hin, bevor etwas hinausgeht.',
  lookMore:
    'Ein Bild oder eine Aufnahme wird zuerst Ihnen gezeigt. Bis Sie es senden, bleibt es hier.',
  stop: 'Sie können jederzeit alles anhalten.',
  stopMore: '„Alles anhalten“ beendet, was läuft, und lehnt ab, was kommt, bis Sie fortsetzen.',
  record: 'Alles wird aufgeschrieben.',
  recordMore:
    'Das Protokoll dessen, was gefragt und getan wurde, lässt sich nicht unbemerkt ändern.',
  mayTitle: 'Was Agenten dürfen',
  may: 'Jeder Agent hat eine Stufe, von „Schüler“ bis „Autonom“. Sein Hub nennt sie; Sie können eine Grenze setzen, und nur die niedrigere zählt. Mit dieser Tabelle fangen Sie an. Sie können sie jederzeit in den Einstellungen ändern.',
  tryTitle: 'Machen Sie Ihre erste Anfrage',
  practice:
    'Am schnellsten: Senden Sie sich selbst eine Anfrage. Sie geht den Weg, den alle gehen, und bittet um eine Mitteilung.',
  practiceSend: 'Sich selbst eine Anfrage senden',
  practiceSending: 'Wird gesendet…',
  practiceTitle: 'Hallo von Chaperone',
  practiceBody: 'Diese Mitteilung haben Sie erlaubt.',
  tried: 'Das ist schon alles: Ein Agent hat gefragt, und Sie hatten das letzte Wort.',
  triedMore: 'Was geschehen ist, steht im Protokoll, unter „Verlauf“.',
  nextTable: 'Weiter: was Agenten dürfen',
  nextTry: 'Weiter: ausprobieren',
  finish: 'Fertig',
  skip: 'Überspringen',
};
