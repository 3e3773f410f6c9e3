// El marco de las vistas, la primera vista y los primeros pasos.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const frame: Catalogue['frame'] = {
  requestWindow: 'Chaperone: una solicitud',
  indicator: {
    window: 'Chaperone: capturas',
    label: 'Capturas',
    does: {
      photographs: '{agent} toma una imagen con {source}',
      looks: '{agent} ve {source}',
      looksAndHearsMicrophone: '{agent} ve {source} y oye su micrófono',
      looksAndHearsOutput: '{agent} ve {source} y oye lo que reproduce este ordenador',
    },
    about: (connection: string, time: string) => `a través de ${connection}, desde las ${time}`,
    over: 'Terminado',
    notStopped: 'No se pudo detener. Pause todo en la ventana.',
  },
  desktop: {
    title: 'Este escritorio',
    start: 'Iniciar al entrar en la sesión',
    startBody: 'Sin ventana: una solicitud abre la suya de todos modos.',
    shortcut: 'Pausar todo desde cualquier lugar:',
    hearing: {
      works: 'Estas teclas solo pausan; se reanuda en esta ventana.',
      taken: 'Otro programa tiene estas teclas, así que aquí no hacen nada.',
      notHere:
        'Este escritorio no deja que los programas escuchen teclas. En sus ajustes puede asignar `chaperone-headless pause` a una tecla.',
    },
    noTray: 'Aquí nada muestra iconos de bandeja',
    noTrayBody:
      'Al cerrar esta ventana, Chaperone sigue en marcha. Inícielo de nuevo para abrir la ventana.',
    logs: 'Abrir la carpeta del registro',
    linkRefused: 'No se siguió ese enlace.',
    updates: {
      title: 'Actualizaciones',
      body: 'No se pregunta a nadie por versiones nuevas antes de que usted lo haga.',
      none: 'Esta compilación no busca versiones nuevas. Obténgalas donde obtuvo esta.',
      look: 'Buscar una versión más nueva',
      looking: 'Buscando…',
      newest: 'Tiene la versión más nueva.',
      found: (version: string) => `Chaperone ${version} está disponible.`,
      ends: 'Chaperone se cierra un momento y se inicia de nuevo. Lo que esté en marcha se detiene.',
      install: 'Instalar e iniciar de nuevo',
      installing: 'Instalando…',
      fetched: (had: string, of: string) => `${had} de ${of}`,
      problem: {
        noSource: 'A esta compilación no se le indicó ningún lugar para versiones nuevas.',
        unreachable: 'El lugar donde se anuncian las versiones nuevas no respondió como debía.',
        notForThis: 'No hay ninguna para este sistema.',
        notGenuine: 'Lo que llegó no estaba firmado por quien hizo esta compilación. Se descartó.',
        notAllowed: 'No se permitió al sistema instalarla.',
        notInstalled: 'No se pudo instalar. La versión que tiene sigue ahí.',
      },
    },
  },
  views: 'Vistas',
  view: {
    now: 'Ahora',
    requests: 'Solicitudes',
    activity: 'Actividad',
    agents: 'Agentes',
    connections: 'Conexiones',
    capabilities: 'Capacidades',
    settings: 'Ajustes',
  },
  toContent: 'Ir al contenido',
  waits: 'Le espera',
  runs: 'En marcha ahora',
  standing: 'Lo que los agentes pueden hacer ahora',
  changeTable: 'Cambiar la tabla',
  justNow: 'Hace poco',
  allActivity: 'Toda la actividad',
  connections: 'Conexiones',
  firstTitle: 'Haga su primera solicitud',
  firstBody:
    'Nada ocurre en este ordenador sin su «sí». Pegue una de estas líneas en una terminal, haga de agente y vea lo que se le pregunta.',
  again: 'Conectar un agente',
  againBody: 'Los agentes de este ordenador preguntan con una de estas claves: {address}',
  notices: 'Debería saberlo',
  lostTitle: 'Sin contacto con Chaperone.',
  lostBody: 'Ve lo último que se supo. Intentando contactar de nuevo…',
  requestsEmptyTitle: 'Nada le espera',
  requestsEmptyBody: 'Cuando un agente quiera algo que necesite su «sí», aparecerá aquí.',
  denyEverything: 'Denegar todo',
  waitingCount: (count) =>
    plural(count, { one: 'espera una solicitud', other: `esperan ${digits(count)} solicitudes` }),
  announced: (request) => `Nueva solicitud: ${request}`,
  headline: {
    lost: 'Sin contacto con Chaperone',
    starting: 'Un momento…',
    paused: 'Todo está en pausa',
    nothing: 'Nada le espera',
    waiting: (agents) =>
      plural(agents, { one: 'Un agente le espera', other: `${digits(agents)} agentes le esperan` }),
  },
  subline: {
    waiting: (requests) =>
      plural(requests, {
        one: 'Espera una solicitud',
        other: `Esperan ${digits(requests)} solicitudes`,
      }),
    requests: (requests) =>
      plural(requests, { one: 'Una solicitud', other: `${digits(requests)} solicitudes` }),
    running: (commands) =>
      plural(commands, {
        one: 'Una orden en marcha',
        other: `${digits(commands)} órdenes en marcha`,
      }),
    both: (requests, running) =>
      `${requests}, ${running.charAt(0).toLowerCase()}${running.slice(1)}`,
  },
  pause: {
    pause: 'Pausar todo',
    pausing: 'Pausando…',
    resume: 'Reanudar',
    resuming: 'Reanudando…',
    title: 'Todo está en pausa.',
    body: 'Nada se ejecuta y cada solicitud se rechaza hasta que usted reanude. Vale también tras reiniciar.',
  },
  running: { stop: 'Detener', stopping: 'Deteniendo…' },
  table: {
    capability: 'Capacidad',
    remembered: (time, verdict) => `una vez cada ${time}, luego ${verdict}`,
    preview: 'usted mira antes',
    precision: (exactness) => `no más exacto que: ${exactness}`,
    perMinute: (most) => `hasta ${digits(most)} por minuto`,
  },
  starters: {
    key: 'Clave',
    reveal: 'Mostrar',
    hide: 'Ocultar',
    copyKey: 'Copiar la clave',
    copyCommand: 'Copiar la línea',
    notCopiedHint: 'Muestre la clave, seleccione el texto y cópielo a mano.',
    none: 'El hub de este ordenador no está escuchando; no hay nada que pegar.',
    expect: {
      student: 'Puede mirar, y todavía no hacer nada.',
      intern: 'Puede mostrar notificaciones, preguntando cada vez.',
      supervised: 'Muestra notificaciones por sí mismo cuando usted lo haya permitido.',
      autonomous: 'También puede ejecutar órdenes, preguntando cada vez.',
    },
  },
};

export const welcome: Catalogue['welcome'] = {
  step: (step, steps) => `${digits(step)} de ${digits(steps)}`,
  whatTitle: 'Nada ocurre sin usted',
  what: 'Chaperone está entre este ordenador y los agentes de IA que quieren algo de él: una notificación, una imagen, una grabación, el lugar, una orden.',
  asks: 'Ellos preguntan; usted decide.',
  asksMore: 'Ve exactamente qué ocurriría y quién pregunta. No contestar cuenta como un no.',
  look: 'Usted mira antes de que salga.',
  lookMore:
    'Una imagen o grabación se le muestra primero a usted. Hasta que la envíe, se queda aquí.',
  stop: 'Puede detenerlo todo en cualquier momento.',
  stopMore:
    '«Pausar todo» termina lo que está en marcha y rechaza lo que llegue, hasta que reanude.',
  record: 'Todo queda escrito.',
  recordMore: 'El registro de lo pedido y lo hecho no se puede cambiar sin que se note.',
  mayTitle: 'Lo que pueden hacer los agentes',
  may: 'Cada agente tiene un nivel, de «Estudiante» a «Autónomo». Su hub lo dice; usted puede poner un límite, y solo cuenta el más bajo. Se empieza con esta tabla. Puede cambiarla cuando quiera en los ajustes.',
  tryTitle: 'Haga su primera solicitud',
  practice:
    'Lo más rápido: envíese una solicitud. Sigue el camino de todas y pide una notificación.',
  practiceSend: 'Enviarse una solicitud',
  practiceSending: 'Enviando…',
  practiceTitle: 'Hola de parte de Chaperone',
  practiceBody: 'Usted permitió esta notificación.',
  tried: 'Eso es todo: un agente preguntó, y usted tuvo la última palabra.',
  triedMore: 'Lo que pasó está en el registro, en «Actividad».',
  nextTable: 'Siguiente: lo que pueden hacer los agentes',
  nextTry: 'Siguiente: probarlo',
  finish: 'Listo',
  skip: 'Saltar',
};
