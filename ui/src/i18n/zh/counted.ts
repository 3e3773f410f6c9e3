import { counting } from '../counting';

export const { digits } = counting('zh-Hans');
