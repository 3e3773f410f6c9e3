// Lo que se dice de los agentes del hub propio.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const ownAgents: Catalogue['ownAgents'] = {
  title: 'Agentes de este equipo',
  body: 'Los programas de aquí preguntan a través del hub que lleva Chaperone, cada uno con su propia clave. Una clave no abre nada por sí sola: usted decide lo que puede hacer.',
  add: 'Nuevo agente',
  none: 'Todavía no hay ninguno. Cree uno y dé su clave a un programa.',
  allAsked: 'Todos han preguntado ya: cada uno está arriba, con sus claves.',
  name: 'Nombre',
  nameHint: 'Como lo leerá en sus solicitudes.',
  needsName: 'Escriba un nombre.',
  level: 'Nivel',
  levelStays:
    'El nivel queda como lo elija ahora. Puede rebajar en cualquier momento lo que cuenta aquí.',
  create: 'Crear el agente',
  keyTitle: 'La clave de {agent}',
  keyOnce: 'Se muestra solo esta vez. Quien la tenga puede preguntar como este agente.',
  how: 'Cómo pregunta su programa',
  ways: { curl: 'Línea de órdenes', python: 'Python', mcp: 'Configuración de MCP' },
  wayHints: {
    curl: 'Péguelo en una terminal.',
    python: 'Guárdelo en un archivo y ejecútelo. No necesita más que Python 3.',
    mcp: 'Para programas que hablan el Model Context Protocol: en el archivo donde enumeran servidores.',
  },
  more: 'Hay más: desplácese',
  docs: 'Qué más puede pedir: {address}',
  kept: 'He guardado la clave',
  facts: (made) => `Creado el ${made} · aún no ha preguntado`,
  open: (keys) => plural(keys, { one: 'Una clave', other: `${digits(keys)} claves` }),
  keys: 'Claves',
  keyNone: 'No tiene clave, así que nadie puede preguntar como este agente.',
  keyMade: (when) => `creada el ${when}`,
  newKey: 'Nueva clave',
  keyLabel: 'Para qué es una clave nueva',
  keyLabelHint: 'Para reconocerla después: portátil, servidor de compilación.',
  needsLabel: 'Escriba para qué es la clave.',
  revoke: 'Revocar',
  revokeKey: (label) => `Revocar la clave: ${label}`,
  revoked: 'La clave ya no vale.',
  perMinute: 'Órdenes por minuto',
  perMinuteHint: 'El hub rechaza lo que pase de ahí.',
  perMinuteWrong: (least, most) => `Entre ${digits(least)} y ${digits(most)}.`,
  remove: 'Quitar el agente…',
  removeTitle: '¿Quitar {agent}?',
  removeMeans:
    'Todas sus claves dejan de valer al instante, y nadie puede ya preguntar como este agente.',
  removeStays:
    'El registro conserva lo que hizo. Sus reglas para él se quedan hasta que usted las quite.',
  removeIt: 'Quitar el agente',
  removed: 'El agente está quitado.',
};
