// Was über die Agenten des eigenen Hubs gesagt wird.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const ownAgents: Catalogue['ownAgents'] = {
  title: 'Agenten dieses Computers',
  body: 'Programme hier fragen über den Hub in Chaperone, jedes mit einem eigenen Schlüssel. Ein Schlüssel öffnet für sich allein nichts: Was er darf, entscheiden Sie.',
  add: 'Neuer Agent',
  none: 'Noch gibt es keine. Legen Sie einen an und geben Sie seinen Schlüssel einem Programm.',
  allAsked: 'Alle haben schon gefragt: Jeder steht oben, mit seinen Schlüsseln.',
  name: 'Name',
  nameHint: 'So lesen Sie ihn in seinen Anfragen.',
  needsName: 'Geben Sie einen Namen ein.',
  level: 'Stufe',
  levelStays:
    'Die Stufe bleibt, wie Sie sie jetzt wählen. Was hier zählt, können Sie jederzeit senken.',
  create: 'Agenten anlegen',
  keyTitle: 'Der Schlüssel von {agent}',
  keyOnce: 'Er wird nur dieses eine Mal gezeigt. Wer ihn hat, kann als dieser Agent fragen.',
  how: 'Wie sein Programm fragt',
  ways: { curl: 'Befehlszeile', python: 'Python', mcp: 'MCP-Konfiguration' },
  wayHints: {
    curl: 'In ein Terminal einfügen.',
    python: 'In einer Datei speichern und ausführen. Es braucht nichts als Python 3.',
    mcp: 'Für Programme, die das Model Context Protocol sprechen: in die Datei, in der sie Server auflisten.',
  },
  more: 'Es geht weiter: scrollen',
  docs: 'Worum er sonst noch fragen kann: {address}',
  kept: 'Ich habe den Schlüssel gesichert',
  facts: (made) => `Angelegt am ${made} · hat noch nicht gefragt`,
  open: (keys) => plural(keys, { one: 'Ein Schlüssel', other: `${digits(keys)} Schlüssel` }),
  keys: 'Schlüssel',
  keyNone: 'Er hat keinen Schlüssel, also kann niemand als dieser Agent fragen.',
  keyMade: (when) => `angelegt am ${when}`,
  newKey: 'Neuer Schlüssel',
  keyLabel: 'Wofür ein neuer Schlüssel ist',
  keyLabelHint: 'Damit Sie ihn wiedererkennen: Laptop, Build-Server.',
  needsLabel: 'Geben Sie ein, wofür der Schlüssel ist.',
  revoke: 'Widerrufen',
  revokeKey: (label) => `Den Schlüssel widerrufen: ${label}`,
  revoked: 'Der Schlüssel gilt nicht mehr.',
  perMinute: 'Befehle in der Minute',
  perMinuteHint: 'Was darüber hinausgeht, lehnt der Hub ab.',
  perMinuteWrong: (least, most) => `Zwischen ${digits(least)} und ${digits(most)}.`,
  remove: 'Agenten entfernen…',
  removeTitle: '{agent} entfernen?',
  removeMeans:
    'Alle seine Schlüssel gelten sofort nicht mehr, und niemand kann mehr als dieser Agent fragen.',
  removeStays:
    'Das Protokoll behält, was er getan hat. Ihre Regeln für ihn bleiben, bis Sie sie entfernen.',
  removeIt: 'Agenten entfernen',
  removed: 'Der Agent ist entfernt.',
};
