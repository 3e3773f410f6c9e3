// 一つのものに一つの言葉。

import { around } from '../around';
import type { Catalogue } from '../catalogue';
import type { Words } from '../en';
import { digits } from './counted';

export const words: Words = {
  level: { student: '見習い', intern: '研修生', supervised: '監督付き', autonomous: '自律' },
  capability: {
    notification: '通知',
    location: '位置情報',
    camera: 'カメラ',
    microphone: 'マイク',
    screen: '画面',
    agents: 'ハブ用プログラム',
    network: 'ネットワーク',
    shell: 'シェル',
  },
  the: {
    notification: '通知',
    location: '位置情報',
    camera: 'カメラ',
    microphone: 'マイク',
    screen: '画面',
    agents: 'ハブ用プログラム',
    network: 'ネットワーク',
    shell: 'シェル',
  },
  verdict: { forbid: 'ブロック', ask: '確認', watch: '見える形で', free: '自由' },
  verdictMeans: {
    forbid: '許可されない',
    ask: '毎回確認する',
    watch: '見える形で実行される',
    free: '確認なしで実行される',
  },
  risk: {
    script: 'スクリプト：書かれた言葉だけでは何をするか分かりません。',
    wrapper: '引数で渡された別のプログラムやコードを実行します。',
    destructive: '削除または上書きします。',
    privilege: '別のユーザーになります。',
    network: 'ネットワークと通信します。',
    lookAlike: '見た目の似た、異なる文字体系の文字があります。',
    hidden: '目に見えない文字があります。',
  },
  time: { today: '今日', yesterday: '昨日', justNow: 'たった今', now: '今' },
  errors: {
    gone: 'それはすでに回答済みか、終了しています。',
    changed: '見ている間に変わりました。',
    changedHint: '回答する前に、もう一度確認してください。',
    invalid: 'Chaperone はこのウィンドウを理解できませんでした。',
    noAnswer: 'Chaperone が応答しません。',
    noAnswerHint: 'このコンピューターでまだ動いているか確認してください。',
    signedOut: 'このページはもうサインインしていません。',
    signedOutHint: '`chaperone-headless link` を実行し、表示されるアドレスを開いてください。',
    answered: (status) => `Chaperone の応答：${status}。`,
  },
  common: {
    loading: '読み込み中…',
    retry: '再試行',
    cancel: 'キャンセル',
    back: '戻る',
    next: '次へ',
    done: '完了',
    save: '保存',
    saved: '保存しました',
    remove: '削除',
    copy: 'コピー',
    copied: 'コピーしました',
    notCopied: 'クリップボードを使えません。',
    notCopiedHint: 'テキストを選択して手でコピーしてください。',
    dismiss: '閉じる',
    from: '{connection} から',
    says: 'Chaperone からの説明：',
  },
};

export const actions: Catalogue['actions'] = {
  exactness: { low: 'おおよその市町村', medium: 'おおよその通り', high: '正確に' },
  so: (exactness) => `（${exactness}）`,
  upTo: (time) => `（最長 ${time}）`,
  upToWithSound: (time) => `（最長 ${time}、音声付き）`,
  of: (time) => `（${time}）`,
  waits: {
    camera: around('が画像を待っています：'),
    screenshot: around('が画像を待っています：'),
    recording: around('が録画を待っています'),
    other: around('が取得したものを待っています'),
  },
  wants: {
    notification: around('が通知の表示を求めています：'),
    shell: around('が', 'の実行を求めています'),
    location: around('があなたの居場所を求めています'),
    camera: around('が', 'の画像を求めています'),
    screenshot: around('が', 'の画像を求めています'),
    recording: around('が', 'の録画を求めています'),
    endRecording: around('が録画', 'の終了を求めています'),
  },
  does: {
    notification: around('が通知を表示しています：'),
    shell: around('が', 'を実行しています'),
    location: around('があなたの居場所を調べています'),
    camera: around('が', 'で撮影しています'),
    screenshot: around('が', 'の画像を取得しています'),
    recording: around('が', 'を録画しています'),
    endRecording: around('が録画', 'を終了しています'),
  },
  did: {
    notification: around('が通知を表示しました：'),
    shell: around('が', 'を実行しました'),
    location: around('があなたの居場所を受け取りました'),
    camera: around('がカメラで撮影しました'),
    screenshot: around('が画面の画像を取得しました'),
    recording: around('が画面の録画を始めました'),
    endRecording: around('が録画を受け取りました'),
  },
  asked: {
    notification: around('が通知の表示を求めました：'),
    shell: around('が', 'の実行を求めました'),
    location: around('があなたの居場所を求めました'),
    camera: around('がカメラの画像を求めました'),
    screenshot: around('が画面の画像を求めました'),
    recording: around('が画面の録画を求めました'),
    endRecording: around('が録画を求めました'),
    unknown: around('がここでは未知のものを求めました：'),
    unreadable: around('が読み取れないものを送りました'),
  },
};

export const reasons: Catalogue['reasons'] = {
  ending: '実行中のものを終えるだけで、それを禁じるものはありません。',
  paused: 'このコンピューターではすべて一時停止中です。',
  on: {
    notification: '通知はオンです。',
    location: '位置情報はオンです。',
    camera: 'カメラはオンです。',
    microphone: 'マイクはオンです。',
    screen: '画面はオンです。',
    agents: 'ハブ用プログラムはオンです。',
    network: 'ネットワークはオンです。',
    shell: 'シェルはオンです。',
  },
  off: {
    notification: 'このコンピューターでは通知がオフです。',
    location: 'このコンピューターでは位置情報がオフです。',
    camera: 'このコンピューターではカメラがオフです。',
    microphone: 'このコンピューターではマイクがオフです。',
    screen: 'このコンピューターでは画面がオフです。',
    agents: 'このコンピューターではハブ用プログラムがオフです。',
    network: 'このコンピューターではネットワークがオフです。',
    shell: 'このコンピューターではシェルがオフです。',
  },
  needs: {
    notification: '通知に必要なレベル：',
    location: '位置情報に必要なレベル：',
    camera: 'カメラに必要なレベル：',
    microphone: 'マイクに必要なレベル：',
    screen: '画面に必要なレベル：',
    agents: 'プログラムの起動に必要なレベル：',
    network: 'ネットワークに必要なレベル：',
    shell: 'シェルに必要なレベル：',
  },
  granted: (the) => `システムは Chaperone に「${the}」の使用を許しています。`,
  notGranted: (the) =>
    `システムは Chaperone に「${the}」の使用を許していません。システムの設定で変更してください。`,
  counts: (agent, level) => `${agent} はここでは「${level}」として扱われます。`,
  limited: (agent, level, claimed, ceiling) =>
    `${agent} はここでは「${level}」として扱われます。ハブの申告は「${claimed}」、あなたの上限は「${ceiling}」です。`,
  belowFloor: (needs, level, agent, has) =>
    `${needs}「${level}」。${agent} はここでは「${has}」にすぎません。`,
  aboveFloor: (needs, level, agent) => `${needs}「${level}」以上。${agent} は満たしています。`,
  standing: (the, level, means) => `あなたの表（${the}、レベル「${level}」）：${means}。`,
  graduated: (level) =>
    `このコマンド行は見るだけのもので、レベル「${level}」以上なら求めることができます。`,
  remembered: (the, until) => `「${the}」への以前の許可は ${until} まで有効です。`,
  precision: (exactness) =>
    `あなたの表が確認なしで教えるよりも正確な場所が求められています（${exactness}）。`,
  variables: (names) =>
    `変数 ${names} を設定します。どんなプログラムの動作も変わる可能性があります。`,
  uncontained: 'サンドボックスなしで実行されます。このようなコマンドは毎回確認します。',
  policy: (the) => `ハブは「${the}」をより厳しく扱うよう求めています。`,
  rule: (rule, means) => `あなたのルール ${rule}：${means}。`,
  firstUse: (agent, the) =>
    `${agent} がこのコンピューターで「${the}」を許可されたことはまだありません。`,
  script: (because) =>
    `言葉からは何をするか分かりません：${because}。このような行は毎回確認します。`,
  rate: (agent, recent, limit) =>
    `${agent} は直近 1 分間に確認なしでこれを ${digits(recent)} 回行いました。許されるのは ${digits(limit)} 回です。`,
  answered: (sentence) => `${sentence}これにはあなたのルールが答えています。`,
  decided: '決め手',
};
