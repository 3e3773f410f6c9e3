// Warum die Worte einer Befehlszeile nicht sagen, was sie tut: jedes ein Satz nach einem Doppelpunkt.

import type { Catalogue } from '../catalogue';

export const unread: Catalogue['unread'] = {
  needsShell: {
    arithmetic: 'Die Zeile enthält eine Rechnung',
    background: 'Die Zeile startet ein Programm im Hintergrund',
    backquote: 'Die Zeile enthält ein Gravis-Zeichen, dessen Inhalt eine Shell zuerst ausführt',
    braces: 'Die Zeile enthält geschweifte Klammern, aus denen eine Shell mehrere Wörter macht',
    builtin: '{name} gibt es nur in einer Shell',
    condition: 'Die Zeile enthält eine Bedingung',
    doubleNegation: 'Die Zeile kehrt ein Ergebnis zweimal um',
    expansion: 'Die Zeile enthält {sign}, was eine Shell ersetzt, bevor etwas läuft',
    function: 'Die Zeile definiert eine Funktion',
    group: 'Die Zeile fasst Befehle zu einer Gruppe zusammen',
    hereDocument: 'Die Zeile enthält ein Here-Dokument oder etwas, das so aussieht',
    history: 'Die Zeile enthält {sign}, was manche Shells durch einen früheren Befehl ersetzen',
    loop: 'Die Zeile enthält eine Schleife',
    negation: 'Die Zeile kehrt ein Ergebnis mit {sign} um',
    noProgram: 'Die Zeile nennt kein Programm',
    notUnderstood: 'Die Zeile ist so geschrieben, dass sie sich hier nicht prüfen lässt',
    pattern:
      'Die Zeile enthält ein Muster für Dateinamen, das eine Shell durch die gefundenen Dateien ersetzt',
    processSubstitution: 'Die Zeile übergibt die Ausgabe eines Programms als Datei',
    redirection: 'Die Zeile leitet eine Ein- oder Ausgabe um',
    test: 'Die Zeile enthält eine Prüfung mit {sign}',
    tilde: 'Die Zeile enthält {sign}, was eine Shell durch einen Ordner ersetzt',
    timing: 'Die Zeile lässt die Shell die Zeit messen',
    tooInvolved: 'Die Zeile ist zu verwickelt, um hier geprüft zu werden',
    unclearQuotes: 'Die Anführungszeichen lassen sich auf mehr als eine Art lesen',
    variable: 'Die Zeile setzt eine Variable',
  },
  wraps: '{program} führt aus oder schreibt, was in den Argumenten steht',
  notTakenApart: 'Nichts hat die Zeile zerlegt',
};
