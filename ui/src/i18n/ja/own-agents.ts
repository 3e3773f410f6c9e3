// このコンピューター自身のハブのエージェントの言葉。

import type { Catalogue } from '../catalogue';
import { digits } from './counted';

export const ownAgents: Catalogue['ownAgents'] = {
  title: 'このコンピューターのエージェント',
  body: 'ここのプログラムは、Chaperone の中のハブを通して、それぞれ自分のキーで求めます。キーだけでは何もできません。何を許すかはあなたが決めます。',
  add: '新しいエージェント',
  none: 'まだありません。作成して、そのキーをプログラムに渡してください。',
  allAsked: 'すべてのエージェントがすでに求めています。上に、それぞれのキーとともにあります。',
  name: '名前',
  nameHint: '要求に表示される名前です。',
  needsName: '名前を入力してください。',
  level: 'レベル',
  levelStays: 'ここで選んだレベルは変わりません。有効なレベルはいつでも下げられます。',
  create: 'エージェントを作成',
  keyTitle: '{agent} のキー',
  keyOnce:
    '表示されるのは今回だけです。これを持つ者は、このエージェントとして求めることができます。',
  how: 'プログラムからの求め方',
  ways: { curl: 'コマンドライン', python: 'Python', mcp: 'MCP の設定' },
  wayHints: {
    curl: 'ターミナルに貼り付けてください。',
    python: 'ファイルに保存して実行してください。Python 3 だけで動きます。',
    mcp: 'Model Context Protocol を話すプログラム用です。サーバーを列挙するファイルに入れてください。',
  },
  more: '続きがあります。スクロールしてください',
  docs: 'ほかに求められること：{address}',
  kept: 'キーを保管しました',
  facts: (made) => `${made} に作成 · まだ求めていません`,
  open: (keys) => `キー ${digits(keys)} 個`,
  keys: 'キー',
  keyNone: 'キーがないため、誰もこのエージェントとして求めることはできません。',
  keyMade: (when) => `${when} に作成`,
  newKey: '新しいキー',
  keyLabel: '新しいキーの用途',
  keyLabelHint: '見分けるためのものです：ノートパソコン、ビルドサーバーなど。',
  needsLabel: 'キーの用途を入力してください。',
  revoke: '失効させる',
  revokeKey: (label) => `キーを失効させる：${label}`,
  revoked: 'キーは使えなくなりました。',
  perMinute: '1 分間のコマンド数',
  perMinuteHint: 'これを超えるものはハブが拒否します。',
  perMinuteWrong: (least, most) => `${digits(least)} から ${digits(most)} までです。`,
  remove: 'エージェントを削除…',
  removeTitle: '{agent} を削除しますか？',
  removeMeans:
    'すべてのキーがすぐに使えなくなり、誰もこのエージェントとして求めることはできなくなります。',
  removeStays: '行ったことは記録に残ります。そのルールは、あなたが削除するまで残ります。',
  removeIt: 'エージェントを削除',
  removed: 'エージェントを削除しました。',
};
